from xml.etree import ElementTree

import pytest

from giljabi.store.pictures import bars, heat, lines, stacked

PICTURES = {
    "bars": bars("Who & what", ["a<b", "c"], [0.5, -0.2], ["50 %", "−20 %"], [(0.4, 0.6), None]),
    "no bars": bars("none", [], [], []),
    "heat": heat("kept", ["2026-03"], ["0", "1", "2"], [[1.0, 0.4, None]], [["100 %", "40 %", ""]]),
    "lines": lines("over time", ["a", "b", "c"], {"x & y": [1, None, 3]}, "3"),
    "no lines": lines("none", [], {}, "0"),
    "stacked": stacked("kinds", ["a", "b"], {"up & on": [3, 0], "new": [1, 2]}, {"down": [0, 2]}),
    "nothing stacked": stacked("none", [], {"up": []}, {"down": []}),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_whole_and_has_a_title(name: str) -> None:
    root = ElementTree.fromstring(PICTURES[name])
    assert root.tag == "svg"
    title = root.find("title")
    assert title is not None
    assert title.text


def test_a_cell_without_a_value_is_left_out() -> None:
    assert PICTURES["heat"].count("<rect") == 2


def test_a_line_breaks_where_a_value_is_missing() -> None:
    assert PICTURES["lines"].count("M56.0") == 1
    assert "L" not in PICTURES["lines"].split('stroke="#3b5bdb"')[0].rsplit('d="', 1)[1]


def test_parts_stack_up_from_zero_and_down_from_it() -> None:
    root = ElementTree.fromstring(PICTURES["stacked"])
    parts = {bar[0].text: (bar.get("y"), bar.get("height")) for bar in root.iter("rect") if len(bar)}
    step = 220 / 6
    assert parts == {
        "a up & on: 3": (f"{12 + step:.1f}", f"{3 * step:.1f}"),
        "a new: 1": ("12.0", f"{step:.1f}"),
        "b new: 2": (f"{12 + 2 * step:.1f}", f"{2 * step:.1f}"),
        "b down: 2": (f"{12 + 4 * step:.1f}", f"{2 * step:.1f}"),
    }
