"""The journeys of one chunk of customers, from the first advertisement to the end of the period."""

from __future__ import annotations

import numpy as np

from giljabi.simulate.after import deliver, serve
from giljabi.simulate.arriving import become_aware, follow_deep_link, sign_up, visit
from giljabi.simulate.buying import pay, put_in_cart, shop_in_town, take_up_cart
from giljabi.simulate.clock import Clock, days_later
from giljabi.simulate.crowd import Codes, Party, Trail, draw, gather, join
from giljabi.simulate.looking import find, look
from giljabi.simulate.shop import CATEGORY_WEIGHTS, CHANNEL_CODE, TOPIC_CODE
from giljabi.simulate.troubles import Effects
from giljabi.simulate.voices import Voices
from giljabi.simulate.world import World

MOST_SESSIONS = 10
_IN_TOWN = 0.025
_OFF_HABIT = 0.10
_BY_KAKAO = 0.05
_ASKS_FIRST = 0.012


def live(rng: np.random.Generator, clock: Clock, effects: Effects, customers: int) -> World:
    """Let customers live through the period; give the world with their trail and voices.

    Parameters
    ----------
    rng
        All chance there is.
    clock
        The period.
    effects
        How well the shop works.
    customers
        How many.
    """
    world = World(rng, clock, effects, gather(rng, clock, customers), Trail(), Voices())
    crowd = world.crowd
    everyone = Party(np.arange(customers, dtype=np.int32), crowd.next_at.copy(), crowd.home)
    become_aware(world, everyone)
    for number in range(MOST_SESSIONS):
        who = np.flatnonzero(crowd.next_at < clock.length).astype(np.int32)
        if not len(who):
            break
        arrived = Party(who, crowd.next_at[who], session_channels(world, who))
        plan_return(world, arrived)
        session(world, arrived, first=number == 0)
    return world


def session_channels(world: World, who: Codes) -> Codes:
    """Draw the channel of each session: mostly the customer's own, sometimes web or a message's link."""
    luck = world.rng.random(len(who))
    channel = world.crowd.home[who].copy()
    channel[luck < _OFF_HABIT + _BY_KAKAO] = CHANNEL_CODE["web"]
    channel[luck < _BY_KAKAO] = CHANNEL_CODE["kakao"]
    return channel


def plan_return(world: World, party: Party) -> None:
    """Plan the next session of those who will not buy in this one; later steps overrule it."""
    crowd, rng = world.crowd, world.rng
    back = world.chance(crowd.trait("comes_back", party.who), len(party))
    days = 1.0 + rng.exponential(4.0, len(party))
    crowd.next_at[party.who] = np.where(back, days_later(rng, party.at, days), np.inf)


def session(world: World, arrived: Party, *, first: bool) -> None:
    """Live one session of everyone who comes to the shop."""
    crowd = world.crowd
    waits = crowd.cart_waits[arrived.who]
    fresh = arrived.only(~waits)
    crowd.interest[fresh.who] = draw(world.rng, CATEGORY_WEIGHTS, len(fresh))
    in_town = world.chance(_IN_TOWN, len(fresh))
    shop_in_town(world, fresh.only(in_town))

    straight, by_door = follow_deep_link(world, fresh.only(~in_town))
    new, others = sign_up(world, visit(world, by_door, first=first))
    viewers = look(world, join(find(world, others, new), straight))
    curious = world.some(viewers, _ASKS_FIRST)
    serve(world, world.wait(curious, 120.0, 20.0), np.full(len(curious), TOPIC_CODE["상품"], np.int8))

    for ready in (put_in_cart(world, viewers), take_up_cart(world, arrived.only(waits))):
        deliver(world, pay(world, ready))
