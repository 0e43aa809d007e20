"""Korean sentences of customers, made once from the templates of ``phrases.yaml``.

A template may hold slots ``{item}``; ``{item|이}`` adds the particle that fits the word's last sound. A part
of the sentences is then written as people type: no full stop, ㅠㅠ, usual slips of spelling.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from giljabi.simulate.crowd import Codes

MOODS = ("negative", "neutral", "positive")
_PER_BANK = 400
_OPENED = 0.30
_CLOSED = 0.25
_PARTICLES = {
    "이": ("이", "가"),
    "은": ("은", "는"),
    "을": ("을", "를"),
    "과": ("과", "와"),
    "으로": ("으로", "로"),
}
_SLIPS = (
    ("됐", "됬"),
    ("안 돼", "안되"),
    ("안 되", "안되"),
    ("왜 이렇게", "왜케"),
    ("너무", "넘"),
    ("할 수", "할수"),
    ("것 같아요", "거같아요"),
    ("했는데", "햇는데"),
    ("있어요", "잇어요"),
    ("며칠", "몇일"),
    ("오랜만", "오랫만"),
)
_SLOT = re.compile(r"\{(\w+)(?:\|(\w+))?\}")
_ENDINGS = {
    "negative": ("", "", "", "ㅠㅠ", " ㅠㅠ", "ㅜㅜ", "..", ";;", "…"),
    "neutral": ("", "", "", "~"),
    "positive": ("", "", "!", "!!", " ㅎㅎ", " ^^", "~", " 👍"),
}


@dataclass(frozen=True, slots=True)
class PhraseBook:
    """All sentences; those of topic ``t`` and mood ``m`` start at ``starts[t, m]``, ``_PER_BANK`` of them."""

    topics: tuple[str, ...]
    texts: tuple[str, ...]
    starts: npt.NDArray[np.int64]

    def pick(self, rng: np.random.Generator, topic: Codes, mood: Codes) -> npt.NDArray[np.int64]:
        """Draw for each pair of a topic and a mood the number of a fitting sentence."""
        result: npt.NDArray[np.int64] = self.starts[topic, mood] + rng.integers(_PER_BANK, size=len(topic))
        return result


@cache
def phrase_book() -> PhraseBook:
    """Give the sentences; the same in every run, whatever the seed."""
    source: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("phrases.yaml").read_text("utf-8"))
    slots, topics = source["slots"], source["topics"]
    rng = np.random.default_rng(20_26)
    texts: list[str] = []
    starts = np.empty((len(topics), len(MOODS)), np.int64)
    for row, moods in enumerate(topics.values()):
        for column, mood in enumerate(MOODS):
            starts[row, column] = len(texts)
            templates = moods[mood]
            for number in range(_PER_BANK):
                sentence = fill(templates[number % len(templates)], slots, rng)
                if rng.random() < _OPENED:
                    sentence = one_of(source["openers"][mood], rng) + sentence
                if rng.random() < _CLOSED:
                    sentence += " " + one_of(source["closers"][mood], rng)
                texts.append(as_typed(sentence, mood, rng))
    return PhraseBook(tuple(topics), tuple(texts), starts)


def fill(template: str, slots: dict[str, list[str]], rng: np.random.Generator) -> str:
    """Fill a template's slots with random words and the particles that fit them."""

    def word(match: re.Match[str]) -> str:
        chosen = one_of(slots[match[1]], rng)
        return chosen + (particle(chosen, match[2]) if match[2] else "")

    return _SLOT.sub(word, template)


def one_of(words: Sequence[str], rng: np.random.Generator) -> str:
    """Draw one of the words."""
    return words[int(rng.integers(len(words)))]


def particle(word: str, kind: str) -> str:
    """Give the form of a particle (이, 은, 을, 과, 으로) that follows this word."""
    final = (ord(word[-1]) - 0xAC00) % 28 if "가" <= word[-1] <= "힣" else 0
    closed, opened = _PARTICLES[kind]
    rieul = 8
    return opened if final == 0 or (kind == "으로" and final == rieul) else closed


def as_typed(sentence: str, mood: str, rng: np.random.Generator) -> str:
    """Write a sentence as people type it on a phone."""
    if rng.random() < 0.55:
        sentence = sentence.rstrip(".")
        sentence += one_of(_ENDINGS[mood], rng)
    if rng.random() < 0.25:
        for right, slip in _SLIPS:
            sentence = sentence.replace(right, slip)
    return sentence
