"""The sources of a workspace: added, tried, looked into, pulled."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from giljabi.bootstrap.collection import Collection
from giljabi.bootstrap.source_secrets import SourceSecrets
from giljabi.model.errors import BadParameter, NotFound
from giljabi.store import Ledger, StoredSource

if TYPE_CHECKING:
    from giljabi.access import Outward, Vault
    from giljabi.collect import Look, Plug

Progress: TypeAlias = Callable[[str, float], None]

LONGEST_NAME = 80
SHORTEST_SCHEDULE = 60
"""Seconds between two pulls at least."""

LISTENS_FOR = 300.0
"""Seconds after which a source that is listened to lets go, so that changes of its settings are taken up."""


class HookRefused(Exception):
    """A webhook was not signed as agreed."""


class SourceKind(msgspec.Struct, frozen=True):
    """A kind of source: how it brings data and what it asks for; ``missing`` says why it cannot be used."""

    kind: str
    way: str = ""
    third_party: float = 0.0
    fields: tuple[Any, ...] = ()
    missing: str = ""


class SourceBook:
    """The sources of one workspace.

    Parameters
    ----------
    ledger
        The workspace's database.
    collection
        Takes the calls that sources bring.
    import_file
        Brings in a whole file.
    outward
        What sources may reach.
    vault
        Encrypts their secrets.
    """

    def __init__(
        self,
        ledger: Ledger,
        collection: Collection,
        import_file: Callable[..., Any],
        outward: Outward,
        vault: Vault,
    ) -> None:
        self._ledger = ledger
        self._collection = collection
        self._import_file = import_file
        self._outward = outward
        self._secrets = SourceSecrets(vault)

    def kinds(self) -> Sequence[SourceKind]:
        """Give every kind of source, also those whose libraries are not installed."""
        from giljabi.collect import SOURCE_KINDS

        return [self._kind(kind) for kind in SOURCE_KINDS]

    def list(self) -> Sequence[StoredSource]:
        """Give all sources, by name, with their secrets encrypted."""
        return self._ledger.within(lambda tx: tx.sources.list())

    def get(self, key: str) -> StoredSource:
        """Give a source by its id or its name; raises NotFound."""
        said = key.strip().lower()
        found = [one for one in self.list() if key == one.id or said == one.name.lower()]
        if not found:
            raise NotFound(f"there is no source {key!r} in this workspace")
        return next((one for one in found if one.id == key), found[0])

    def shown(self, source: StoredSource) -> dict[str, Any]:
        """Give a source's settings as people may see them."""
        from giljabi.collect import HIDDEN, masked

        try:
            found = masked(_plug(source.kind), self._secrets.readable(source.id, source.settings))
        except BadParameter:
            return {}
        return {name: found.get(name, HIDDEN) for name in source.settings}

    def settings_of(self, source: StoredSource) -> dict[str, Any]:
        """Give a source's settings with its secrets; raises BadParameter if these have another key."""
        return self._secrets.opened(source.id, source.settings)

    def seal_secrets(self) -> None:
        """Encrypt secrets that an earlier version kept as they were written."""
        before = [one for one in self.list() if one.kind != "http" and not self._secrets.holds(one.settings)]
        for source in before:
            with contextlib.suppress(BadParameter):
                settings = self._secrets.sealed(_plug(source.kind), source.id, source.settings)
                if settings != source.settings:
                    self._change(source.id, settings=settings)

    def add(
        self,
        kind: str,
        name: str,
        settings: Mapping[str, Any] | None = None,
        *,
        third_party: float | None = None,
        every: int | None = None,
    ) -> StoredSource:
        """Add a source; one that is sent to gets a write key.

        Parameters
        ----------
        kind
            One of `kinds`.
        name
            What events call it; 1 to 80 letters.
        settings
            Those of its kind.
        third_party
            Share 0..1 of what it brings that others have gathered; by default that of its kind.
        every
            Seconds between two pulls, 60 at least; None to pull by hand.

        Raises
        ------
        BadParameter
            If one of them is not as it should be, or the name is taken.
        """
        plug = _plug(kind)
        plug.check(settings or {})
        id = secrets.token_hex(6)  # noqa: A001
        new = StoredSource(
            id=id,
            kind=kind,
            name=_name(name),
            settings=self._secrets.sealed(plug, id, settings or {}),
            third_party=_share(plug.third_party if third_party is None else third_party),
            every=_schedule(plug, every),
            write_key=_write_key() if kind == "http" else None,
            created_at=datetime.now(UTC),
        )
        return self._ledger.within(lambda tx: tx.sources.add(new))

    def change(self, key: str, **fields: Any) -> StoredSource:
        """Set name, settings, third_party, every or enabled of a source; raises as `add`, and NotFound.

        Secrets that are handed over as `shown` gave them stay what they were.
        """
        from giljabi.collect import unmasked

        before = self.get(key)
        plug = _plug(before.kind)
        told: dict[str, Any] = {}
        if "name" in fields:
            told["name"] = _name(fields["name"])
        if "settings" in fields:
            known = self._secrets.readable(before.id, before.settings)
            given = unmasked(plug, fields["settings"], known)
            plug.check(given)
            told["settings"] = self._secrets.sealed(plug, before.id, given)
        if "third_party" in fields:
            told["third_party"] = _share(fields["third_party"])
        if "every" in fields:
            told["every"] = _schedule(plug, fields["every"])
        if "enabled" in fields:
            told["enabled"] = bool(fields["enabled"])
        return self._change(before.id, **told) if told else before

    def remove(self, key: str) -> None:
        """Forget a source; what it brought stays. Raises NotFound."""
        id = self.get(key).id  # noqa: A001
        self._ledger.within(lambda tx: tx.sources.remove(id))

    def rotate(self, key: str) -> StoredSource:
        """Give a source that is sent to another write key; the old one is refused from now on."""
        source = self.get(key)
        if source.write_key is None:
            raise BadParameter(f"{source.name!r} has no write key; only sources of kind 'http' have one")
        return self._change(source.id, write_key=_write_key())

    def test(self, kind: str, settings: Mapping[str, Any], id: str | None = None) -> str:  # noqa: A002
        """Reach the other side and say what is there; raises SourceUnavailable and BadParameter.

        ``id`` names the source whose secrets stand in the place of hidden ones.
        """
        plug, settled = self._settled(kind, settings, id)
        return plug.test(settled)

    def sample(self, kind: str, settings: Mapping[str, Any], id: str | None = None) -> Look:  # noqa: A002
        """Look at some rows and guess their roles; raises as `test` does. Roles need not be given yet."""
        from giljabi.collect import look

        plug, settled = self._settled(kind, settings, id)
        return look(plug.sample(settled))

    def pull(
        self, key: str, tell: Progress | None = None, stop: Callable[[], bool] | None = None
    ) -> dict[str, Any]:
        """Read a source from where it was read up to; raises SourceUnavailable, BadParameter, NotFound.

        It ends early when ``stop`` says so; one that is listened to after five minutes at the latest. While
        another process reads it, nothing is done.
        """
        from giljabi.collect import pull

        source = self.get(key)
        if _plug(source.kind).way == "sent":
            raise BadParameter(f"{source.name!r} cannot be pulled; what it brings is sent to us")
        until = time.monotonic() + LISTENS_FOR
        listens = _plug(source.kind).way == "listened"

        def ends() -> bool:
            return (stop is not None and stop()) or (listens and time.monotonic() > until)

        with self._ledger.lock(f"pull {source.id}", wait=False) as ours:
            if not ours:
                return {"busy": True}
            # What another process read meanwhile is not read again.
            source = self.get(source.id)
            try:
                opened = msgspec.structs.replace(source, settings=self.settings_of(source))
            except BadParameter as error:
                self._change(source.id, last_error=str(error))
                raise
            return pull(
                self._ledger,
                opened,
                partial(self._import_file, origin=source.id),
                ends,
                tell,
                self._outward,
                self._collection.cleaner(source),
                self._collection.left_out,
            ).to_dict()

    async def hook(
        self,
        id: str,  # noqa: A002
        headers: Mapping[str, str],
        body: bytes,
    ) -> tuple[int, int]:
        """Take a webhook in; give how many records were accepted and refused, once they are durable.

        Raises
        ------
        NotFound
            If there is no such webhook, or it is switched off.
        HookRefused
            If it was not signed as agreed.
        """
        source = await self._ledger.within_async(lambda tx: tx.sources.get(id))
        if source.kind != "webhook" or not source.enabled:
            raise NotFound(f"there is no source {id!r} in this workspace")
        now = datetime.now(UTC)
        plug: Any = _plug(source.kind)
        try:
            taken = plug.take(self.settings_of(source), headers, body, source.id, int(now.timestamp() * 1000))
        except plug.BadSignature as error:
            raise HookRefused(str(error)) from error
        asked = await self._collection.at_the_door(source)
        if asked is not None and asked.cleaner is not None:
            from giljabi.collect import clean_taken

            taken = clean_taken(asked.cleaner, taken)
        await self._collection.receive(source, now, taken)
        return len(taken.calls), len(taken.refused)

    def due(self, now: datetime | None = None) -> Sequence[str]:
        """Name the sources that are to be pulled now."""
        from giljabi.collect import is_due

        moment = now or datetime.now(UTC)
        return [one.id for one in self.list() if is_due(one, moment)]

    def _settled(
        self,
        kind: str,
        settings: Mapping[str, Any],
        id: str | None,  # noqa: A002
    ) -> tuple[Plug, dict[str, Any]]:
        from giljabi.collect import unmasked

        plug = _plug(kind, self._outward)
        if not id:
            return plug, unmasked(plug, settings, {})
        before = self.get(id)
        return plug, unmasked(plug, settings, self._secrets.readable(before.id, before.settings))

    def _change(self, id: str, **fields: Any) -> StoredSource:  # noqa: A002
        return self._ledger.within(lambda tx: tx.sources.change(id, **fields))

    def _kind(self, kind: str) -> SourceKind:
        try:
            plug = _plug(kind)
        except BadParameter as error:
            return SourceKind(kind, missing=str(error))
        return SourceKind(kind, plug.way, plug.third_party, tuple(plug.fields))


def _plug(kind: str, outward: Outward | None = None) -> Plug:
    from giljabi.collect import plug

    return plug(kind, outward)


def _name(name: str) -> str:
    said = " ".join(name.replace("\0", "").split())
    if not 1 <= len(said) <= LONGEST_NAME:
        raise BadParameter(f"a source's name has 1 to {LONGEST_NAME} letters, not {len(said)}")
    return said


def _share(share: float) -> float:
    if not 0 <= share <= 1:
        raise BadParameter(f"the share of third parties lies between 0 and 1, not {share:g}")
    return float(share)


def _schedule(plug: Plug, every: int | None) -> int | None:
    if every is None or plug.way != "pulled":
        return None
    if every < SHORTEST_SCHEDULE:
        raise BadParameter(f"a source is pulled every {SHORTEST_SCHEDULE} seconds at most, not every {every}")
    return every


def _write_key() -> str:
    return secrets.token_urlsafe(24)
