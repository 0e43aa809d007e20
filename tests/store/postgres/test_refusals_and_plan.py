"""What was refused is kept with its reason, and what departs from the tracking plan is counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from giljabi.model.errors import NotFound
from giljabi.store import PlanDeparture, PlannedEvent, PlannedProperty, StoredRefusal
from giljabi.store.postgres import Database
from giljabi.store.postgres.plan import MOST_DEPARTURES

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def refusal(reason: str = "no_event", source: str = "web", detail: str = "name it") -> StoredRefusal:
    return StoredRefusal(
        source=source, received_at=NOON, reason=reason, detail=detail, event="주문", body=b'{"a":1}'
    )


def departure(event: str, prop: str = "", count: int = 1, at: datetime = NOON) -> PlanDeparture:
    return PlanDeparture(
        event=event,
        property=prop,
        kind="unknown_property" if prop else "unknown_event",
        count=count,
        example=f"{event} of {at:%H}",
        source="web",
        first_at=at,
        last_at=at,
    )


async def test_refusals_are_listed_from_the_newest_and_narrowed_down(
    database: Database, our_workspace: str, their_workspace: str
) -> None:
    async with database.transaction(our_workspace) as tx:
        await tx.refusals.add([])
        await tx.refusals.add([refusal(), refusal("bad_time"), refusal(source="app"), refusal()])
        listed = await tx.refusals.list()
        assert [one.id for one in listed] == sorted((one.id for one in listed), reverse=True)
        assert listed[-1] == StoredRefusal(
            id=listed[-1].id,
            source="web",
            received_at=NOON,
            reason="no_event",
            detail="name it",
            event="주문",
            body=b'{"a":1}',
        )
        assert [one.reason for one in await tx.refusals.list(reason="bad_time")] == ["bad_time"]
        assert [one.source for one in await tx.refusals.list(source="app")] == ["app"]
        assert [one.id for one in await tx.refusals.list(before=listed[1].id, limit=1)] == [listed[2].id]
        assert await tx.refusals.list(ids=[listed[3].id, -1]) == [listed[3]]
        assert await tx.refusals.counts() == [
            ("no_event", "web", 2),
            ("bad_time", "web", 1),
            ("no_event", "app", 1),
        ]
    async with database.transaction(their_workspace) as tx:
        assert await tx.refusals.list() == []


async def test_a_replayed_refusal_is_listed_no_more_and_one_refused_again_has_its_new_reason(
    database: Database, our_workspace: str
) -> None:
    async with database.transaction(our_workspace) as tx:
        await tx.refusals.add([refusal(), refusal()])
        one, other = await tx.refusals.list()
        await tx.refusals.replayed([one.id], NOON)
        await tx.refusals.amend([msgspec.structs.replace(other, reason="bad_time", detail="when?")])
        await tx.refusals.amend([])
        (left,) = await tx.refusals.list()
        assert (left.id, left.reason, left.detail) == (other.id, "bad_time", "when?")
        assert await tx.refusals.counts() == [("bad_time", "web", 1)]


async def test_a_refusal_with_what_no_database_can_hold_is_kept_all_the_same(
    database: Database, our_workspace: str
) -> None:
    async with database.transaction(our_workspace) as tx:
        await tx.refusals.add([refusal(detail="a\0b\ud800")])
        (kept,) = await tx.refusals.list()
        assert kept.detail == "a\ufffdb?"


async def test_refusals_are_forgotten_after_their_time(database: Database, our_workspace: str) -> None:
    async with database.transaction(our_workspace) as tx:
        await tx.refusals.add([refusal(), refusal()])
        assert await tx.refusals.forget(NOON) == 0
        assert await tx.refusals.forget(NOON + timedelta(seconds=1)) == 2
        assert await tx.refusals.list() == []


async def test_expected_events_are_kept_replaced_and_removed(database: Database, our_workspace: str) -> None:
    amount = PlannedProperty("amount", "number", required=True)
    paid = PlannedEvent(
        "주문 완료", "결제가 끝난 때", (amount, PlannedProperty("way", one_of=("card", "cash")))
    )
    async with database.transaction(our_workspace) as tx:
        await tx.plan.put(paid)
        await tx.plan.put(PlannedEvent("Seen"))
        assert await tx.plan.events() == [PlannedEvent("Seen"), paid]
        await tx.plan.put(PlannedEvent("주문 완료", "", (amount,)))
        assert (await tx.plan.events())[1] == PlannedEvent("주문 완료", "", (amount,))
        await tx.plan.remove("Seen")
        with pytest.raises(NotFound, match="no event 'Seen'"):
            await tx.plan.remove("Seen")


async def test_departures_are_added_up(database: Database, our_workspace: str) -> None:
    later = NOON + timedelta(hours=1)
    async with database.transaction(our_workspace) as tx:
        await tx.plan.depart([])
        await tx.plan.depart([departure("a", at=later), departure("b", "x", 5)])
        await tx.plan.depart([departure("a", count=7)])
        a, b = await tx.plan.departures()
        assert (a.event, a.count, a.first_at, a.last_at, a.example) == ("a", 8, NOON, later, "a of 12")
        assert b == departure("b", "x", 5)
        await tx.plan.dismiss("a", "x", "unknown_event")
        assert len(await tx.plan.departures()) == 2
        await tx.plan.dismiss("a", "", "unknown_event")
        await tx.plan.forget(["a"])
        assert await tx.plan.departures() == [b]
        await tx.plan.forget()
        assert await tx.plan.departures() == []


async def test_made_up_names_do_not_fill_the_database(database: Database, our_workspace: str) -> None:
    async with database.transaction(our_workspace) as tx:
        await tx.plan.depart([departure(f"e{number}") for number in range(MOST_DEPARTURES - 1)])
        await tx.plan.depart([departure("e0"), departure("new"), departure("newer")])
        kept = await tx.plan.departures()
        assert len(kept) == MOST_DEPARTURES
        assert (kept[0].event, kept[0].count) == ("e0", 2)
        assert "new" in {one.event for one in kept}
        assert "newer" not in {one.event for one in kept}
