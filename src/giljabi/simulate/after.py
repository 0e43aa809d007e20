"""After paying: delivery, customer service, return."""

from __future__ import annotations

import numpy as np

from giljabi.simulate.clock import DAY, HOUR, days_later, delivery_hour
from giljabi.simulate.crowd import Codes, Mask, Party, draw
from giljabi.simulate.shop import CHANNEL_CODE, TOPIC_CODE
from giljabi.simulate.world import World

_SUPPORT_CHANNELS = ("kakao", "chat", "call", "store")
_SUPPORT_WEIGHTS = (0.62, 0.15, 0.20, 0.03)
_LEAD_DAYS = 1.15
_LOST = 0.01
_RETURNS = 0.06
_IMPATIENT = 0.08
_REVIEWS = 0.16


def deliver(world: World, paid: Party) -> None:
    """Send the parcel; the customer may ask, review, return it, and shop again."""
    rng, trail = world.rng, world.trail
    count = len(paid)
    late = world.chance(world.effects.order_late, count)
    lead = _LEAD_DAYS * rng.lognormal(0.0, 0.28, count)
    slow = world.effects.slow_order_days * rng.lognormal(0.0, 0.40, count) * late
    shipped = paid.by("kakao").later(rng.uniform(0.25, 0.45, count) * lead * DAY)
    arrives = delivery_hour(rng, paid.at + (lead + slow) * DAY)
    parcel = paid.then(np.maximum(arrives, shipped.at + 2 * HOUR))
    trail.add("shipped", shipped)
    between = parcel.at - shipped.at
    stuck = shipped.later(between * rng.uniform(0.25, 0.6, count)).only(late)
    trail.add("delivery_delayed", stuck.unseen())
    if world.effects.order_late > 0:
        world.suffer("late_delivery", stuck)
    for share in (0.45, 0.25):
        looks = world.chance(np.where(late, 0.9, share), count)
        trail.add("delivery_tracked", paid.then(shipped.at + between * rng.random(count)).only(looks))

    here = ~world.chance(_LOST, count)
    got, got_late = parcel.only(here), late[here]
    trail.add("delivered", got)
    ask_about_delivery(world, got, got_late)
    asks = world.chance(np.where(late, 0.28, 0.14), count)
    before = late & world.chance(0.55, count)
    waiting = np.clip(delivery_hour(rng, shipped.at + between * 0.8), shipped.at, parcel.at - HOUR)
    after = np.maximum(delivery_hour(rng, parcel.at + rng.exponential(DAY, count)), parcel.at + HOUR)
    contact = np.where(before, waiting, after)
    topic = np.where(late, TOPIC_CODE["배송"], np.where(rng.random(count) < 0.5, TOPIC_CODE["상품"], 7))
    serve(world, paid.then(contact).only(asks), topic[asks].astype(np.int8))
    send_back(world, got.only(~asks[here]))
    come_again(world, paid.only(here), got)


def ask_about_delivery(world: World, got: Party, late: Mask) -> None:
    """Ask how the delivery was, and whether the shop is worth recommending."""
    places = ("delivery", "parcel")
    world.ask(
        "csat", got, np.where(late, 2.2, 4.5), topic="delivery", places=places, rate=0.36, wait=3 * HOUR
    )
    missed = world.suffered("missed_discount", got.who)
    level = 9.0 - 3.6 * late - 0.4 * missed
    level -= 0.2 * world.suffered("signup_form", got.who) + 0.2 * world.suffered("search_miss", got.who)
    topics = {name: world.voices.topic(name) for name in ("delivery", "discount", "shop")}
    topic = np.where(late, topics["delivery"], np.where(missed, topics["discount"], topics["shop"]))
    world.ask("nps", got, level, topic=topic, places=places, rate=0.35, wait=6 * HOUR)
    world.voices.say(world.rng, world.some(got.only(late), 0.05), "delivery", "negative")
    writes = world.some(got, _REVIEWS)
    writes = writes.then(days_later(world.rng, writes.at, 1.0))
    world.trail.add("review_written", writes)
    world.ask("rating", writes, 4.4, topic="product", places=("product", "product-page"), rate=1.0, wait=5.0)


def serve(world: World, asking: Party, topic: Codes) -> Party:
    """Answer a question by message, chat, telephone or in the shop; give all, when it is resolved."""
    rng, trail = world.rng, world.trail
    codes = np.array([CHANNEL_CODE[name] for name in _SUPPORT_CHANNELS], np.int8)
    asking = asking.by(codes[draw(rng, _SUPPORT_WEIGHTS, len(asking))])
    trail.add("support_contacted", asking, topic=topic)
    replied = world.wait(asking, 240.0, 20.0)
    trail.add("support_replied", replied, topic=topic)
    again = world.chance(0.18, len(asking))
    second = world.wait(replied.only(again), 4 * HOUR, 600.0)
    trail.add("support_contacted", second, topic=topic[again])
    ended = replied.at.copy()
    ended[again] = second.at
    resolved = asking.then(ended + rng.lognormal(8.2, 1.1, len(asking)))
    solved = world.chance(0.94, len(asking))
    trail.add("support_resolved", resolved.only(solved), topic=topic[solved])
    level = np.where(solved, 4.4, 2.8) - 0.5 * again
    world.ask("csat", resolved, level, topic="support", places=("support",), rate=0.7)
    return resolved


def send_back(world: World, got: Party) -> None:
    """Send goods back: ask, request, get the money back."""
    unhappy = world.some(got, _RETURNS)
    unhappy = unhappy.then(days_later(world.rng, unhappy.at, 1.0))
    topic = np.full(len(unhappy), TOPIC_CODE["반품"], np.int8)
    agreed = serve(world, unhappy, topic)
    world.trail.add("return_requested", world.wait(agreed, 600.0, 60.0).by(world.crowd.home[agreed.who]))
    money = np.round(world.crowd.trait("basket", agreed.who), -2)
    world.trail.add("refunded", agreed.later(3.0 * DAY).unseen(), value=-money)


def come_again(world: World, paid: Party, got: Party) -> None:
    """Plan the next purchase: most wait for the parcel, a few do not."""
    crowd, rng = world.crowd, world.rng
    crowd.next_at[paid.who] = np.inf
    again = world.chance(crowd.trait("buys_again", got.who), len(got))
    hasty = world.chance(_IMPATIENT, len(got))
    days = 2.0 + rng.exponential(11.0, len(got))
    later = np.where(hasty, days_later(rng, paid.at, 1.0), days_later(rng, got.at, days))
    crowd.next_at[got.who[again]] = later[again]
