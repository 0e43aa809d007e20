"""Coming to the shop: advertisement, visit, sign-up."""

from __future__ import annotations

import numpy as np

from giljabi.simulate.clock import DAY, days_later
from giljabi.simulate.crowd import Party, draw, join
from giljabi.simulate.shop import CHANNEL_CODE
from giljabi.simulate.world import World

AD_CHANNELS = ("web", "kakao", "app")
_AD_WEIGHTS = (0.62, 0.28, 0.10)
_DEEP_LINKED = 0.03
_CHASED = 0.04
_GUEST_AFTER_FAILURE = 0.05
_TRIES_AGAIN = 0.15
_GUESTS = 0.80
_LATE_SIGN_UP = 0.06


def become_aware(world: World, everyone: Party) -> None:
    """Show advertisements; set when each customer comes to the shop, if ever."""
    crowd, rng = world.crowd, world.rng
    aware = world.chance(crowd.trait("aware", everyone.who), len(everyone))
    codes = np.array([CHANNEL_CODE[name] for name in AD_CHANNELS], np.int8)
    seen = everyone.only(aware)
    seen = seen.by(codes[draw(rng, _AD_WEIGHTS, len(seen))])
    world.trail.add("ad_seen", seen)
    again = world.some(seen, 0.35)
    again = again.later(rng.uniform(0.1, 0.9, len(again)) * DAY)
    world.trail.add("ad_seen", again)

    crowd.next_at[seen.who] = np.inf
    come = world.some(seen, crowd.trait("visits", seen.who))
    at_once = world.chance(0.45, len(come))
    clicked = world.wait(come.only(at_once), 15.0, 3.0)
    world.trail.add("ad_clicked", clicked)
    crowd.next_at[clicked.who] = clicked.at + 2.0 + rng.exponential(2.0, len(clicked))
    later = come.only(~at_once)
    days = rng.geometric(0.45, len(later))
    crowd.next_at[later.who] = days_later(rng, later.at, days.astype(float))


def follow_deep_link(world: World, arrived: Party) -> tuple[Party, Party]:
    """Tell those who come straight to a product from the others."""
    deep = world.chance(_DEEP_LINKED, len(arrived))
    return arrived.only(deep), arrived.only(~deep)


def visit(world: World, opened: Party, *, first: bool) -> Party:
    """Open the shop's page; give those who stay."""
    crowd = world.crowd
    world.trail.add("visit", opened)

    member = crowd.joined[opened.who] < opened.at
    logs_in = world.some(opened.only(member), 0.55)
    world.trail.add("login", world.wait(logs_in, 4.0, 2.0))
    world.trail.add("banner_clicked", world.wait(world.some(opened, 0.18), 3.0, 9.0))
    if first:
        chased = world.some(opened, _CHASED).by("web")
        world.trail.add("ad_seen", chased.then(days_later(world.rng, chased.at, 2.0)))
    return world.wait(world.some(opened, 0.90), 18.0, 16.0)


def sign_up(world: World, visitors: Party) -> tuple[Party, Party]:
    """Sign up those who want to; give the new members, and the others who go on."""
    crowd = world.crowd
    stranger = crowd.joined[visitors.who] > visitors.at
    wants = stranger & world.chance(crowd.trait("signs_up", visitors.who), len(visitors))
    new, failed = fill_in_form(world, world.wait(visitors.only(wants), 20.0, 4.0))

    returns = world.some(failed, _TRIES_AGAIN)
    stays = world.some(failed, _GUEST_AFTER_FAILURE)
    crowd.next_at[failed.who] = np.inf
    crowd.next_at[returns.who] = days_later(
        world.rng, returns.at, world.rng.geometric(0.5, len(returns)).astype(float)
    )
    guests = world.some(visitors.only(stranger & ~wants), _GUESTS)
    return new, join(visitors.only(~stranger), guests, stays)


def fill_in_form(world: World, started: Party) -> tuple[Party, Party]:
    """Fill in the sign-up form; give those who completed it, and those who gave up."""
    effects, rng, trail = world.effects, world.rng, world.trail
    count = len(started)
    trail.add("signup_started", started)
    errors = rng.poisson(effects.signup_errors, count).clip(0, 6)
    fill = effects.signup_fill_seconds * rng.lognormal(0.0, 0.45, count)
    for number in range(int(errors.max(initial=0))):
        met = errors > number
        trail.add("signup_field_error", started.only(met).later((fill * (number + 1) / (errors + 2))[met]))

    completed = world.chance(effects.signup_completed, count)
    done = started.later(fill).only(completed)
    trail.add("signup_verified", started.later(fill * 0.93).only(completed))
    trail.add("signup_completed", done)
    world.crowd.joined[done.who] = done.at
    gone = started.later(fill * rng.uniform(0.3, 0.95, count)).only(~completed)

    asked_much = effects.signup_errors > 1
    if asked_much:
        world.suffer("signup_form", started)
    for party, level in ((done, 3.1 if asked_much else 5.9), (gone, 2.0 if asked_much else 3.6)):
        world.ask("ces", party, level, topic="signup", places=("signup", "signup-form"), rate=0.14)
    if asked_much:
        world.voices.say(rng, world.some(gone, 0.05), "signup", "negative")
    return world.wait(done, 10.0, 5.0), gone


def sign_up_late(world: World, buyers: Party) -> Party:
    """Let a few guests sign up with one tap at the till; give all buyers, those a little later."""
    guest = world.crowd.joined[buyers.who] > buyers.at
    late = guest & world.chance(_LATE_SIGN_UP, len(buyers))
    tapped = buyers.only(late)
    world.trail.add("signup_started", tapped)
    done = world.wait(tapped, 8.0, 6.0)
    world.trail.add("signup_completed", done)
    world.crowd.joined[done.who] = done.at
    return join(buyers.only(~late), world.wait(done, 5.0, 3.0))
