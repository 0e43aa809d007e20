"""The reader's language: what the request asks for among those spoken here, else English."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from litestar import Request

from giljabi.server.korean import korean

Language: TypeAlias = Literal["ko", "en"]


def language_of(request: Request[Any, Any, Any]) -> Language:
    """Give the language of the answer, by ``Accept-Language`` (RFC 9110, 12.5.4)."""
    best: tuple[float, Language] = (0.0, "en")
    for wish in request.headers.get("accept-language", "").split(","):
        name, _, rest = wish.strip().partition(";")
        main = name.strip().lower().partition("-")[0]
        weight = _weight(rest)
        if main == "ko" and weight > best[0]:
            best = (weight, "ko")
        elif main in {"en", "*"} and weight > best[0]:
            best = (weight, "en")
    return best[1]


def _weight(rest: str) -> float:
    written = rest.strip().removeprefix("q=") if rest else "1"
    try:
        return float(written)
    except ValueError:
        return 0.0


def translate(text: str, language: Language) -> str:
    """Say a text of this server in the reader's language."""
    return korean(text) if language == "ko" else text
