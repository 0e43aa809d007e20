"""Finding something: search and product pages."""

from __future__ import annotations

import numpy as np

from giljabi.simulate.crowd import Party, join
from giljabi.simulate.shop import GOODS_PER_CATEGORY
from giljabi.simulate.world import World

_ATTEMPTS = 3
_CLICKS = 0.87
_TRIES_AGAIN = 0.35
_DISCOURAGED = 0.6
_LOOKS = 4
_LOOKS_ON = 0.42


def find(world: World, visitors: Party, new: Party) -> Party:
    """Go from the start page to a product, by search or otherwise; give those who see one."""
    searches = world.chance(world.crowd.trait("searches", visitors.who), len(visitors))
    others = visitors.only(~searches)
    new_searches = world.chance(0.95, len(new))
    by_search = search(world, join(visitors.only(searches), new.only(new_searches)))
    direct = world.wait(world.some(join(others, new.only(~new_searches)), 0.75), 25.0, 10.0)
    return join(by_search, direct)


def search(world: World, seekers: Party) -> Party:
    """Search up to three times; give those who open a product of the results."""
    opened = []
    for attempt in range(_ATTEMPTS):
        hits, missed = type_query(world, seekers)
        world.trail.add("filter_applied", world.wait(world.some(hits, 0.22), 4.0, 2.0))
        clicks = world.chance(_CLICKS, len(hits))
        opened.append(world.wait(hits.only(clicks), 18.0, 14.0))
        without = join(missed, hits.only(~clicks))
        again = world.chance(_TRIES_AGAIN if attempt + 1 < _ATTEMPTS else 0.0, len(without))
        lost = world.some(without.only(~again), _DISCOURAGED)
        world.crowd.next_at[lost.who] = np.inf
        seekers = world.wait(without.only(again), 14.0, 9.0)
    return join(*opened)


def type_query(world: World, seekers: Party) -> tuple[Party, Party]:
    """Search for one of the goods of the customer's interest; give who gets results, and who does not."""
    interest = world.crowd.interest[seekers.who]
    good = world.rng.integers(GOODS_PER_CATEGORY, size=len(seekers))
    world.trail.add("search", seekers, category=interest, query=interest * GOODS_PER_CATEGORY + good)
    answered = world.wait(seekers, 4.0, 2.0)
    hit = world.chance(world.effects.search_hit, len(seekers))
    hits, missed = answered.only(hit), answered.only(~hit)
    world.trail.add("search_no_result", missed)
    if world.effects.search_hit < 0.5:
        world.suffer("search_miss", missed)
        world.voices.say(world.rng, world.some(missed, 0.012), "search", "negative")
    for party, level in ((hits, 4.3), (missed, 2.1)):
        world.ask("csat", party, level, topic="search", places=("search", "search-box"), rate=0.05)
    return hits, missed


def look(world: World, viewers: Party) -> Party:
    """Look at one to four products, going back to the search in between; give who is content."""
    crowd, trail = world.crowd, world.trail
    done = []
    for number in range(_LOOKS):
        trail.add("product_viewed", viewers, category=crowd.interest[viewers.who])
        trail.add("review_read", world.wait(world.some(viewers, 0.34), 6.0, 6.0))
        trail.add("wish_added", world.wait(world.some(viewers, 0.07), 5.0, 4.0))
        world.ask("csat", viewers, 4.3, topic="product", places=("product", "product-page"), rate=0.06)
        leaves = world.wait(viewers, 45.0, 22.0)
        on = world.chance(_LOOKS_ON if number + 1 < _LOOKS else 0.0, len(viewers))
        done.append(leaves.only(~on))
        viewers = leaves.only(on)
        again = world.chance(0.3, len(viewers))
        hits, _ = type_query(world, viewers.only(again))
        viewers = join(viewers.only(~again), world.wait(hits, 12.0, 6.0))
    seen = join(*done)
    asks = world.some(seen, 0.006)
    if len(asks):
        world.voices.say(world.rng, asks, "product", "neutral")
    return seen
