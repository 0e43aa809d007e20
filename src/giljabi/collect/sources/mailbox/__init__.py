"""A mailbox that customers write to: each mail is feedback of who sent it.

Mails are read in the order of their numbers, and left as they are unless the source is told otherwise. When a
server counts anew (its UIDVALIDITY changes), mails are read again and known by their Message-ID.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from giljabi.access import Outward
from giljabi.collect.calls import Call
from giljabi.collect.door import Refused
from giljabi.collect.plugs import Field, Pulled, Sample, Way
from giljabi.collect.settings import read_settings
from giljabi.collect.sources.mailbox.box import Box, Mail, Settings, opened
from giljabi.collect.sources.mailbox.letters import Letter, calls_of_letter, read_letter

__all__ = ["PLUG", "Mailbox"]

PORTION = 50
"""Mails that are kept together."""

MOST_KNOWN = 5_000
"""Mails that are known by their Message-ID; older ones by their age."""

_SHOWN = 10


class Mailbox:
    """Reads a folder of an IMAP server.

    Parameters
    ----------
    outward
        What may be reached.
    """

    kind = "mailbox"
    way: Way = "pulled"
    # Customers write to the company itself.
    third_party = 0.0
    fields: Sequence[Field] = (
        Field("host"),
        Field("port", "number", required=False),
        Field("security", "choice", default="tls", choices=("tls", "starttls", "plain")),
        Field("authority", required=False),
        Field("user"),
        Field("password", "secret"),
        Field("folder", default="INBOX"),
        Field("touchpoint", required=False, default="email"),
        Field("begin", "choice", default="all", choices=("all", "new")),
        Field("afterwards", "choice", default="leave", choices=("leave", "read", "delete")),
    )

    def __init__(self, outward: Outward) -> None:
        self._outward = outward

    def check(self, settings: Mapping[str, Any]) -> None:
        """Raise BadParameter where a setting is not as it should be."""
        _read(settings)

    def test(self, settings: Mapping[str, Any]) -> str:
        """Open the folder and say how many mails it holds."""
        known = _read(settings)
        with opened(self._outward, known) as box:
            return f"the folder {known.folder!r} holds {box.count:,} mails"

    def sample(self, settings: Mapping[str, Any]) -> Sample:
        """Look at the last mails."""
        known = _read(settings)
        with opened(self._outward, known) as box:
            mails = box.fetch(uids[-_SHOWN:]) if (uids := box.after(0)) else []
        letters = [read_letter(mail.body, mail.arrived) for mail in mails]
        rows = [_row(one) for one in letters if isinstance(one, Letter)]
        noise = letters.count(None)
        said = (
            [f"{noise} of the last {len(letters)} mails are left out: machines wrote them"] if noise else []
        )
        return Sample(("email", "name", "time", "text"), rows, said)

    def pull(
        self, settings: Mapping[str, Any], cursor: Mapping[str, Any], source: str, stop: Callable[[], bool]
    ) -> Iterator[Pulled]:
        """Yield the mails that came since the cursor; mark or delete them once they are kept."""
        known = _read(settings)
        with opened(self._outward, known, write=known.afterwards != "leave") as box:
            if not cursor and known.begin == "new":
                yield Pulled(cursor={"validity": box.validity, "uid": box.next - 1})
                return
            way = _Way(cursor, box)
            uids = box.after(way.uid)
            for at in range(0, len(uids), PORTION):
                if stop():
                    return
                yield self._portion(known, way, box, box.fetch(uids[at : at + PORTION]), source)

    @staticmethod
    def _portion(known: Settings, way: _Way, box: Box, mails: Sequence[Mail], source: str) -> Pulled:
        calls: list[Call] = []
        refused: list[Refused] = []
        taken: list[int] = []
        now = int(time.time() * 1000)
        for mail in mails:
            found: Letter | Refused | list[Call] | None = way.new(mail)
            if found is None:
                continue
            taken.append(mail.uid)
            if isinstance(found, Letter):
                found = calls_of_letter(found, source, known.touchpoint, now)
            if isinstance(found, Refused):
                refused.append(found)
            else:
                calls += found
        return Pulled(calls, refused, way.cursor, lambda: box.leave(taken, known.afterwards))


PLUG = Mailbox


class _Way:
    """How far a folder has been read, and which of its mails are known."""

    def __init__(self, cursor: Mapping[str, Any], box: Box) -> None:
        self._validity = box.validity
        # The server counts anew: what its numbers meant is void.
        self._anew = bool(cursor.get("anew")) or cursor.get("validity", box.validity) != box.validity
        self._until = int(cursor.get("until", 0))
        if cursor.get("validity", box.validity) != box.validity:
            self.uid, self._until = 0, box.next
        else:
            self.uid = int(cursor.get("uid", 0))
        self._known: dict[str, int] = {name: int(when) for name, when in cursor.get("known", ())}
        self._floor = int(cursor.get("floor", 0))
        self._left_out = int(cursor.get("left_out", 0))

    @property
    def cursor(self) -> dict[str, Any]:
        """Give how far it has been read now; ``left_out`` counts what machines wrote."""
        anew = self._anew and self.uid + 1 < self._until
        return {
            "validity": self._validity,
            "uid": self.uid,
            "known": list(self._known.items()),
            "floor": self._floor,
            "left_out": self._left_out,
            **({"anew": True, "until": self._until} if anew else {}),
        }

    def new(self, mail: Mail) -> Letter | Refused | None:
        """Read a mail; None where it is known, or where a machine wrote it."""
        self.uid = max(self.uid, mail.uid)
        letter = read_letter(mail.body, mail.arrived)
        if letter is None:
            self._left_out += 1
        if letter is None or isinstance(letter, Refused):
            return letter
        old = self._anew and mail.uid < self._until and letter.time <= self._floor
        if letter.name in self._known or old:
            return None
        self._known[letter.name] = letter.time
        while len(self._known) > MOST_KNOWN:
            self._floor = max(self._floor, self._known.pop(next(iter(self._known))))
        return letter


def _row(letter: Letter) -> dict[str, str | None]:
    return {
        "email": letter.address or None,
        "name": letter.sender or None,
        "time": datetime.fromtimestamp(letter.time / 1000, UTC).isoformat(),
        "text": letter.text,
    }


def _read(settings: Mapping[str, Any]) -> Settings:
    known = read_settings(Settings, settings)
    known.check()
    return known
