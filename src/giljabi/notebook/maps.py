"""The journey map in the analyst's hand: it aligns, checks and writes itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from giljabi.model import JourneyMap, Stage
from giljabi.notebook.event_log import EventLog
from giljabi.notebook.reading import read_feedback

if TYPE_CHECKING:
    from giljabi.mapping import Alignment, Check


class Map:
    """A journey map that can be held against a log.

    Attributes
    ----------
    model
        The map as a frozen value, `giljabi.model.JourneyMap`.
    """

    def __init__(self, model: JourneyMap) -> None:
        self.model = model

    @property
    def title(self) -> str:
        """The map's title."""
        return self.model.title

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages in order."""
        return self.model.stages

    @property
    def text(self) -> str:
        """The map in its canonical text form."""
        from giljabi.model import write_map

        return write_map(self.model)

    def save(self, path: str | Path) -> Path:
        """Write the canonical text form (``*.journey.yaml``)."""
        Path(path).write_text(self.text, encoding="utf-8")
        return Path(path)

    def align(self, log: EventLog) -> Alignment:
        """Hold the customers' ways against the map's way: fitness, exact share, reach, deviations."""
        from giljabi.mapping import align

        return align(self.model, log._log)

    def check(
        self,
        log: EventLog,
        feedback: Any = None,
        *,
        progress: Callable[[str, float], None] | None = None,
    ) -> Check:
        """Prove every claim: supported, contradicted or undecided, with value, interval and n.

        Parameters
        ----------
        log
            The events.
        feedback
            What customers said, as `read_feedback` gives it or takes it; without it claims on scores stay
            undecided.
        progress
            Called with the step and its share done, 0..1.
        """
        import pyarrow as pa

        from giljabi.mapping import check

        if feedback is not None and not isinstance(feedback, pa.Table):
            feedback = read_feedback(feedback)
        return check(self.model, log._log, feedback, progress)

    def __repr__(self) -> str:
        return f"Map({self.title!r}, {len(self.stages)} stages)"


def read_map(source: str | Path) -> Map:
    """Read a map from a file or from its text.

    Raises
    ------
    MapMistakes
        With every mistake in the file, each with line, column and what would be right.
    """
    from giljabi.model import read_map as read

    return Map(read(source))


def propose_map(log: EventLog, *, stages: int | None = None, title: str | None = None) -> Map:
    """Propose a first map from what customers did; ``map.align(log).fitness`` says how well it fits.

    Parameters
    ----------
    log
        The events.
    stages
        The most stages the map may have; chosen when not given.
    title
        The map's title.
    """
    from giljabi.mapping import propose_map as propose

    return Map(propose(log._log, stages=stages, title=title).map)
