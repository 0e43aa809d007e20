"""Choosing and paying: cart, checkout, the shop in town."""

from __future__ import annotations

import numpy as np

from giljabi.simulate.arriving import sign_up_late
from giljabi.simulate.clock import HOUR, Seconds, days_later
from giljabi.simulate.crowd import Codes, Party, join
from giljabi.simulate.world import World

_BUYS_NOW = 0.03
_REMINDED = 0.6
_PAYS = 0.93
_COUPON_WAITS = 0.8


def put_in_cart(world: World, viewers: Party) -> Party:
    """Put goods into the cart; give those who go on to pay."""
    crowd, trail = world.crowd, world.trail
    takers = world.some(viewers, crowd.trait("adds", viewers.who))
    at_once = world.chance(_BUYS_NOW, len(takers))
    quick = takers.only(at_once)
    crowd.basket[quick.who] = price(world, quick.who)

    carting = takers.only(~at_once)
    done = []
    for _ in range(3):
        cost = price(world, carting.who)
        trail.add("cart_added", carting, value=cost, category=crowd.interest[carting.who])
        crowd.basket[carting.who] += cost
        more = world.chance(0.25, len(carting))
        done.append(carting.only(~more))
        carting = world.wait(carting.only(more), 30.0, 8.0)
        trail.add("product_viewed", carting, category=crowd.interest[carting.who])
        carting = world.wait(carting, 40.0, 12.0)
    carted = world.wait(join(*done, carting), 25.0, 8.0)
    trail.add("cart_removed", world.some(carted, 0.08))
    carted = world.wait(carted, 6.0, 3.0)
    goes = world.chance(crowd.trait("checks_out", carted.who), len(carted))
    leave_cart(world, carted.only(~goes))
    return join(quick, carted.only(goes))


def leave_cart(world: World, leavers: Party) -> None:
    """Leave with a full cart; some are reminded by message the next day, some come back."""
    crowd, rng = world.crowd, world.rng
    crowd.cart_waits[leavers.who] = True
    reminded = world.chance(_REMINDED, len(leavers))
    message = leavers.only(reminded).by("kakao")
    message = message.then(days_later(rng, message.at, 1.0))
    world.trail.add("cart_reminded", message)
    crowd.next_at[leavers.who] = np.inf
    back = world.some(message, 0.55)
    crowd.next_at[back.who] = back.at + 20.0 + rng.exponential(2 * HOUR, len(back))
    crowd.reminded[back.who] = True
    alone = world.some(leavers.only(~reminded), 0.40)
    crowd.next_at[alone.who] = days_later(rng, alone.at, rng.geometric(0.6, len(alone)).astype(float))


def take_up_cart(world: World, returned: Party) -> Party:
    """Come back to a full cart, by the reminder or by way of the product; give those who go on to pay."""
    crowd, trail = world.crowd, world.trail
    crowd.cart_waits[returned.who] = False
    by_message = crowd.reminded[returned.who]
    crowd.reminded[returned.who] = False
    walking = returned.only(~by_message)
    trail.add("visit", walking)
    walking = world.wait(walking, 15.0, 8.0)
    trail.add("product_viewed", walking, category=crowd.interest[walking.who])
    here = join(returned.only(by_message).by("kakao"), world.wait(walking, 30.0, 10.0))
    trail.add("cart_viewed", here)
    goes = world.chance(0.78, len(here))
    crowd.basket[here.only(~goes).who] = 0.0
    return world.wait(here.only(goes), 25.0, 8.0)


def pay(world: World, buyers: Party) -> Party:
    """Check out; give those who paid, at the time of payment."""
    crowd, trail, effects = world.crowd, world.trail, world.effects
    buyers = sign_up_late(world, buyers)
    trail.add("checkout_started", buyers)
    at_till = world.wait(buyers, 30.0, 20.0)
    coupon = world.chance(_COUPON_WAITS, len(at_till))
    missed = coupon & world.chance(effects.coupon_missed, len(at_till))
    used = at_till.only(coupon & ~missed)
    trail.add("coupon_applied", used)
    crowd.basket[used.who] *= 0.9
    loser = at_till.only(missed)
    trail.add("coupon_missed", loser)
    if effects.coupon_missed > 0:
        world.suffer("missed_discount", loser)

    ready = world.wait(at_till, 25.0, 10.0)
    fails = world.chance(0.04, len(ready))
    trail.add("payment_failed", ready.only(fails))
    ready = ready.later(np.where(fails, 45.0, 0.0))
    pays = world.chance(np.where(fails, 0.7, _PAYS) - 0.04 * missed, len(ready))
    gone = ready.only(~pays)
    crowd.basket[gone.who] = 0.0
    back = world.some(gone, 0.35)
    crowd.next_at[gone.who] = np.inf
    crowd.next_at[back.who] = days_later(world.rng, back.at, 1.0)

    paid = ready.only(pays)
    take_money(world, paid)
    lost = missed[pays]
    places = ("payment", "checkout")
    topic = np.where(lost, world.voices.topic("discount"), world.voices.topic("payment"))
    world.ask("ces", paid, np.where(lost, 2.8, 6.0), topic=topic, places=places, rate=0.45)
    world.ask("csat", paid, np.where(lost, 2.7, 4.4), topic=topic, places=places, rate=0.10)
    world.voices.say(world.rng, world.some(paid.only(lost), 0.04), "discount", "negative")
    return paid


def take_money(world: World, buyers: Party) -> None:
    """Record the payment of what lies in the basket, to the next hundred won, and empty it."""
    crowd = world.crowd
    amount = np.maximum(np.round(crowd.basket[buyers.who], -2), 1000.0)
    world.trail.add("paid", buyers, value=amount, category=crowd.interest[buyers.who])
    crowd.basket[buyers.who] = 0.0


def shop_in_town(world: World, walkers: Party) -> None:
    """Visit the shop in town; some buy and carry it home."""
    inside = walkers.by("store")
    world.trail.add("store_visited", inside)
    buyers = world.wait(world.some(inside, 0.30), 900.0, 240.0)
    world.crowd.basket[buyers.who] = price(world, buyers.who)
    take_money(world, buyers)


def price(world: World, who: Codes) -> Seconds:
    """Draw the price of one good in won."""
    spread = world.rng.lognormal(0.0, 0.55, len(who))
    result: Seconds = np.round(world.crowd.trait("basket", who) * spread, -2)
    return result
