"""Reading times, a column at once: typed, numbers since 1970, and the ways people write dates."""

from giljabi.collect.times.clock import Clock, Times
from giljabi.collect.times.day_order import DayOrder, day_order

__all__ = ["Clock", "DayOrder", "Times", "day_order"]
