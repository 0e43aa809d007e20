"""XES, the IEEE 1849 format of event logs, read element by element.

Each event is a row. Its attributes keep their keys; those of its trace get the prefix ``case:``. An attribute
inside another one is named ``outer/inner``. The customer is the trace (``case:concept:name``) unless another
column is named. Document types that declare entities are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from giljabi.collect.accept import Refusal
from giljabi.collect.raw import About, RawBatch
from giljabi.collect.roles import Roles
from giljabi.collect.sources.files.loose import Value, batch_of
from giljabi.collect.sources.files.opened import Opened
from giljabi.collect.sources.files.unpack import Unpacked
from giljabi.model.errors import UnreadableFile

CASE = "case:concept:name"
ROLES = Roles(customer=CASE, event="concept:name", time="time:timestamp")

_ROWS = 20_000
_SAMPLE = 2_000
_NOT_ATTRIBUTES = {"event", "trace"}
_ENTITY = tuple("<!ENTITY".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))


class XesFile:
    """An XES log; its lines are numbers of events, the first being 1."""

    def __init__(self, file: Opened) -> None:
        self._file = file
        self._share: Callable[[], float] = lambda: 0.0
        self._about = About(file.name, "xes", size=file.size, roles=ROLES)
        if any(sign in file.head for sign in _ENTITY):
            raise _entities_refused(file.name)
        self._sample = next(self._read(_SAMPLE), batch_of([], [], []))
        self._about.columns = tuple(self._sample.rows.schema.names)

    @property
    def about(self) -> About:
        """What is known of the file."""
        return self._about

    def share(self) -> float:
        """Say how much of the file has been read, 0..1."""
        return self._share()

    def sample(self) -> RawBatch:
        """Give the first rows."""
        return self._sample

    def batches(self, customer: str | None = None) -> Iterator[RawBatch]:
        """Give all rows."""
        return self._read(_ROWS)

    def _read(self, count: int) -> Iterator[RawBatch]:
        with Unpacked(self._file.path, self._file.name, self._file.limit) as unpacked:
            self._share = unpacked.share
            log = _Log(self._about)
            parser = etree.XMLPullParser(
                events=("start", "end"),
                tag=("{*}log", "{*}trace", "{*}event"),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
                remove_comments=True,
                remove_pis=True,
            )
            try:
                for block in unpacked.blocks(2**18):
                    parser.feed(block)
                    for kind, element in parser.read_events():
                        log.see(kind, element)
                    if log.waiting >= count:
                        yield log.take()
                parser.close()
            except etree.XMLSyntaxError as error:
                raise _unsound(self._file.name, error) from None
            if not log.began:
                raise UnreadableFile(f"{self._file.name} is XML, but no XES: its root is not <log>")
            if log.waiting:
                yield log.take()


def _unsound(name: str, error: etree.XMLSyntaxError) -> UnreadableFile:
    if "limit" in str(error):
        return UnreadableFile(f"{name} holds XML that no log needs: {error}")
    return UnreadableFile(f"{name} is no sound XML: {error}; it may be cut off, copy it again")


class _Log:
    """The rows seen so far that were not yet taken."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._rows: list[dict[str, Value]] = []
        self._lines: list[int] = []
        self._broken: list[Refusal] = []
        self._pending: list[tuple[int, dict[str, Value]]] = []
        self._of_trace: dict[str, Value] | None = None
        self._traces = 0
        self._events = 0
        self._in_trace = False
        self.began = False

    @property
    def waiting(self) -> int:
        """How many rows can be taken."""
        return len(self._rows) + len(self._broken)

    def see(self, kind: str, element: Any) -> None:
        """Take note of the start or the end of a log, a trace or an event."""
        name = etree.QName(element).localname
        if kind == "start":
            if name == "log":
                self.began = True
                _refuse_entities(element, self._about.name)
                self._about.encoding = (element.getroottree().docinfo.encoding or "utf-8").lower()
            self._in_trace = self._in_trace or name == "trace"
            return
        if name == "event":
            self._see_event(element)
        elif name == "trace":
            self._end_trace(element)
            _forget(element)

    def _see_event(self, element: Any) -> None:
        self._events += 1
        try:
            row = _attributes(element)
        except _NoKeyError as error:
            raw = etree.tostring(element, encoding="unicode").strip()
            self._broken.append(Refusal(self._events, "bad_row", str(error), raw[:10_000]))
        else:
            self._pending.append((self._events, row))
        element.clear()
        if not self._in_trace:
            self._flush({})
            _forget(element)

    def _end_trace(self, element: Any) -> None:
        self._traces += 1
        self._in_trace = False
        try:
            own = _attributes(element)
        except _NoKeyError:
            own = {}
            self._note("some attributes of traces have no key and are left out")
        traits = {f"case:{name}": value for name, value in own.items()}
        if CASE not in traits:
            traits = {CASE: f"trace {self._traces}", **traits}
            self._note("some traces have no name and are called by their number, such as 'trace 1'")
        self._flush(traits)

    def _flush(self, traits: dict[str, Value]) -> None:
        for line, row in self._pending:
            self._rows.append({**traits, **row})
            self._lines.append(line)
        self._pending.clear()

    def _note(self, text: str) -> None:
        if text not in self._about.problems:
            self._about.problems.append(text)

    def take(self) -> RawBatch:
        """Give the rows that wait."""
        batch = batch_of(self._rows, self._lines, self._rows, self._broken)
        self._rows, self._lines, self._broken = [], [], []
        return batch


class _NoKeyError(ValueError):
    pass


def _attributes(element: Any, prefix: str = "") -> dict[str, Value]:
    result: dict[str, Value] = {}
    for child in element:
        tag = child.tag
        if not isinstance(tag, str):
            continue
        local = tag.rpartition("}")[2]
        if local in _NOT_ATTRIBUTES:
            continue
        key = child.get("key")
        if key is None:
            if local == "values":
                result.update(_attributes(child, prefix))
                continue
            raise _NoKeyError(f"an attribute <{local}> has no key; write <{local} key=… value=…/>")
        name = prefix + key
        value = child.get("value")
        if value is not None:
            result[name] = _value(local, value)
        if len(child):
            result.update(_attributes(child, f"{name}/"))
    return result


def _value(kind: str, text: str) -> Value:
    try:
        if kind == "int":
            return int(text)
        if kind == "float":
            return float(text)
    except ValueError:
        return text
    if kind == "boolean" and text in {"true", "false", "1", "0"}:
        return text in {"true", "1"}
    return text


def _refuse_entities(root: Any, name: str) -> None:
    document_type = root.getroottree().docinfo.internalDTD
    if document_type is not None and next(iter(document_type.iterentities()), None) is not None:
        raise _entities_refused(name)


def _entities_refused(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name} declares XML entities, which can grow without bound and which XES does not need; "
        "remove its <!DOCTYPE …>"
    )


def _forget(element: Any) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
