"""What can be measured of how a page looks and reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, get_args

from playwright.sync_api import Page, expect

WAITING = (".bones", ".laying", "[aria-busy=true]")
"""Marks of a page that still waits for answers."""

Role = Literal["button", "link", "textbox", "combobox", "slider", "radio", "img", "dialog", "region"]
NAMED_ROLES: tuple[Role, ...] = get_args(Role)

_CLIPPED = """() => {
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest("svg, .sr, [aria-hidden=true], textarea")) continue;
    const style = getComputedStyle(element);
    const hides = [style.overflowX, style.overflowY].some((flow) => flow === "hidden" || flow === "clip");
    const wide = element.scrollWidth > element.clientWidth + 1;
    // A single pixel is how texts are kept for screen readers alone.
    if (!hides || !wide || element.clientWidth < 2 || element.closest("[title]")) continue;
    found.push(`${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 60)}`);
  }
  return found;
}"""

_OUTSIDE = """() => {
  const found = [];
  const scrolls = (element) => {
    for (let box = element.parentElement; box; box = box.parentElement) {
      const flow = getComputedStyle(box).overflowX;
      if ((flow === "auto" || flow === "scroll") && box !== document.getElementById("main")) return true;
    }
    return false;
  };
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest(".sr, .skip, svg svg, svg *") || !element.getClientRects().length) continue;
    const box = element.getBoundingClientRect();
    if (box.width === 0 || scrolls(element)) continue;
    if (box.right > innerWidth + 1 || box.left < -1)
      found.push(`${element.tagName}.${element.className}: ${box.left}..${box.right}`);
  }
  const main = document.getElementById("main");
  if (main && main.scrollWidth > main.clientWidth + 1) found.push(`main: ${main.scrollWidth}`);
  return found;
}"""

_NARROW_PANEL = """() => [...document.querySelectorAll("aside, dialog[open]")]
  .filter((box) => box.scrollWidth > box.clientWidth + 1)
  .map((box) => `${box.tagName}.${box.className}: ${box.scrollWidth} > ${box.clientWidth}`)"""

_TEXTS = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const text = node.nodeValue.trim();
    const parent = node.parentElement;
    if (text && !parent.closest("script, style, noscript")) found.push(text);
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
    for (const name of ["aria-label", "title", "placeholder", "alt"]) {
      const text = element.getAttribute(name);
      if (text?.trim()) found.push(text.trim());
    }
  return [...new Set([document.title, ...found])];
}"""

_COLOURS = """(names) => {
  const probe = document.createElement("i");
  document.body.append(probe);
  const found = names.map((name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  });
  probe.remove();
  return found;
}"""


def settle(page: Page) -> None:
    """Wait until a page has shown all it asked for."""
    expect(page.get_by_role("main").get_by_role("heading").first).to_be_attached()
    page.wait_for_load_state("networkidle")
    _wait_for_answers(page)


def _wait_for_answers(page: Page) -> None:
    for mark in WAITING:
        expect(page.locator(mark)).to_have_count(0)
    page.evaluate("() => document.fonts.ready.then(() => true)")


def resize(page: Page, width: int) -> None:
    """Give the window another width and wait until the page has taken it in."""
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))"
    )
    _wait_for_answers(page)


def nameless(page: Page) -> dict[str, int]:
    """Count the controls and pictures that a screen reader could not name, by role."""
    empty = re.compile(r"^\s*$")
    counts = {role: page.get_by_role(role, name=empty).count() for role in NAMED_ROLES}
    return {role: count for role, count in counts.items() if count}


def overflowing(page: Page) -> list[str]:
    """Give what is cut off, sticks out of the window or widens a panel."""
    return [line for script in (_CLIPPED, _OUTSIDE, _NARROW_PANEL) for line in page.evaluate(script)]


def texts(page: Page) -> list[str]:
    """Give every text a page holds, with names, titles and placeholders that only some readers meet."""
    return list(page.evaluate(_TEXTS))


def foreign_words(texts: Iterable[str], pattern: re.Pattern[str], allowed: Iterable[str]) -> dict[str, str]:
    """Give the words that match a pattern where no phrase is allowed, each with the text it stands in."""
    phrases = sorted({phrase for phrase in allowed if phrase}, key=len, reverse=True)
    found: dict[str, str] = {}
    for text in texts:
        rest = text
        for phrase in phrases:
            rest = rest.replace(phrase, " ")
        found.update(dict.fromkeys(pattern.findall(rest), text))
    return found


def contrast(page: Page, ink: str, ground: str) -> float:
    """Give the contrast of two colours of the theme, 1..21, as WCAG 2.2 defines it."""
    light, dark = sorted(
        (_luminance(colour) for colour in page.evaluate(_COLOURS, [ink, ground])), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
