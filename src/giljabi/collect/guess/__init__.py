"""Guessing, from names and contents, which column plays which part."""

from giljabi.collect.guess.columns import ColumnFacts, facts_of
from giljabi.collect.guess.roles import Guess, guess_events, guess_feedback

__all__ = ["ColumnFacts", "Guess", "facts_of", "guess_events", "guess_feedback"]
