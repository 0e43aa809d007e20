"""What a claim looks at, and what remains of it once looked at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from giljabi.mapping.lens import Lens
from giljabi.store import Array, Bucket


@dataclass(frozen=True)
class View:
    """One bucket as a map sees it."""

    lens: Lens
    bucket: Bucket

    @cached_property
    def stages(self) -> Array:
        """uint8, the stage number of every event."""
        return self.lens.stage_codes(self.bucket)


class Observation(NamedTuple):
    """The customers at a claim's stage, as rows of the bucket, and what each of them did.

    ``values`` (int64) are milliseconds for `Reach` and `Takes` (−1: did not arrive), else 1 for yes, 0 for
    no and −1 for unknown.
    """

    rows: Array
    values: Array
