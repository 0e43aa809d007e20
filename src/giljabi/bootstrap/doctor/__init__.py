"""The doctor: what of an installation is unsafe or broken, and what to do about it."""

from giljabi.bootstrap.doctor.examining import examine
from giljabi.bootstrap.doctor.finding import Finding

__all__ = ["Finding", "examine"]
