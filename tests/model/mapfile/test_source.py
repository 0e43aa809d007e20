from pathlib import Path

import pytest

from giljabi.model import errors, read_map

TEXT = "title: 검색\nstages:\n  - id: a\n"


def test_a_file_is_read_by_its_path_and_named_in_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "shop.journey.yaml"
    path.write_text(TEXT, "utf-8")
    assert read_map(path) == read_map(str(path)) == read_map(TEXT)
    path.write_text(TEXT + "color: red\n", "utf-8")
    with pytest.raises(errors.MapMistakes, match=r"shop\.journey\.yaml: 1 mistake\n  line 4, column 1"):
        read_map(path)


def test_a_text_of_one_line_in_braces_is_the_map_itself() -> None:
    assert read_map("{title: a, stages: [{id: b}]}").title == "a"


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(errors.NotFound, match=r"no map file .*nowhere\.yaml"):
        read_map(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize("path", [".", "a\x00b"])
def test_what_cannot_be_opened_is_unreadable(path: str) -> None:
    with pytest.raises(errors.UnreadableFile, match="cannot be read"):
        read_map(path)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (TEXT.encode("cp949"), r"line 1, column 8: the file is not UTF-8: byte 0xB0 \(it reads as CP949"),
        (
            b"title: \xc3\x28 \xff\n",
            r"line 1, column 8: the file is not UTF-8: byte 0xC3 \(save it",
        ),
        (TEXT.encode("utf-16"), "UTF-16, not UTF-8"),
        (b"#" * (1 << 20) + b"\n", "larger than 1 MiB"),
    ],
)
def test_other_encodings_and_sizes_are_told(tmp_path: Path, raw: bytes, message: str) -> None:
    path = tmp_path / "m.yaml"
    path.write_bytes(raw)
    with pytest.raises(errors.MapMistakes, match=message):
        read_map(path)


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    assert read_map(path).title == "검색"
