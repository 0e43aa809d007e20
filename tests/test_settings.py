"""Settings come from one place, say what is wrong with them, and keep their secrets."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.contracts.tree import ROOT

from giljabi.bootstrap import Settings, described_settings, read_settings, settings_table
from giljabi.bootstrap.settings import hints, meanings, unknown_variables
from giljabi.model.errors import BadParameter

SECRET = "6b1f" * 16


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Give a home folder whose file sets a port, a level and a key."""
    text = f'port = 9000\nlog_level = "warning"\nsecret_key = "{SECRET}"\n'
    (tmp_path / "giljabi.toml").write_text(text, "utf-8")
    return tmp_path


def test_without_anything_said_everything_has_its_default(tmp_path: Path) -> None:
    assert read_settings({"GILJABI_HOME": str(tmp_path)}) == Settings(home=str(tmp_path))


def test_the_file_of_the_home_folder_is_read(home: Path) -> None:
    read = read_settings({"GILJABI_HOME": str(home)})
    assert (read.port, read.log_level, read.secret_key) == (9000, "warning", SECRET)


def test_a_home_that_is_given_goes_before_that_of_the_environment(home: Path, tmp_path: Path) -> None:
    assert read_settings({"GILJABI_HOME": str(tmp_path / "other")}, home).port == 9000


def test_a_variable_goes_before_the_file(home: Path) -> None:
    assert read_settings({"GILJABI_HOME": str(home), "GILJABI_PORT": "9001"}).port == 9001


def test_an_empty_variable_says_nothing(home: Path) -> None:
    assert read_settings({"GILJABI_HOME": str(home), "GILJABI_PORT": ""}).port == 9000


def test_another_file_can_be_named(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text("port = 9002\n", "utf-8")
    assert read_settings({"GILJABI_HOME": str(home), "GILJABI_CONFIG": str(other)}).port == 9002


@pytest.mark.parametrize("word", ["true", "yes", "on", "1", "TRUE", " Yes "])
def test_yes_can_be_spelled_in_several_ways(word: str, tmp_path: Path) -> None:
    assert read_settings({"GILJABI_DEBUG": word}, tmp_path).debug


@pytest.mark.parametrize("word", ["false", "no", "off", "0"])
def test_no_can_be_spelled_in_several_ways(word: str, tmp_path: Path) -> None:
    assert not read_settings({"GILJABI_DEBUG": word}, tmp_path).debug


@pytest.mark.parametrize(
    ("variable", "text", "right"),
    [
        ("GILJABI_PORT", "0", "a whole number from 1 to 65535"),
        ("GILJABI_PORT", "eighty", "a whole number from 1 to 65535"),
        ("GILJABI_DEBUG", "perhaps", "true or false"),
        ("GILJABI_LOG_FORMAT", "xml", "auto or json or text"),
        ("GILJABI_URL", "giljabi.example.com", "http:// or https:// with a host"),
        ("GILJABI_URL", "https://giljabi.example.com/app", "nothing after it"),
    ],
)
def test_a_wrong_variable_is_named_with_what_would_be_right(
    variable: str, text: str, right: str, tmp_path: Path
) -> None:
    with pytest.raises(BadParameter) as caught:
        read_settings({variable: text}, tmp_path)
    assert variable in str(caught.value)
    assert repr(text) in str(caught.value)
    assert right in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("port = 70000", "'port' in {file} is '70000'; it must be a whole number from 1 to 65535"),
        ("port = true", "it must be a whole number"),
        ("databse_url = 'x'", "has 'databse_url', which is no setting; is 'database_url' meant?"),
        ("config = 'other.toml'", "has 'config', which is no setting"),
        ("port = ", "{file} is no TOML"),
    ],
)
def test_a_wrong_file_is_named_with_what_would_be_right(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "giljabi.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadParameter, match=re.escape(told.format(file=file))):
        read_settings({}, tmp_path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match="cannot be read"):
        read_settings({"GILJABI_CONFIG": str(tmp_path / "none.toml")})


def test_a_variable_that_is_no_setting_is_found_with_what_may_be_meant() -> None:
    found = unknown_variables({"GILJABI_DATABSE_URL": "x", "GILJABI_PORT": "1", "PATH": "/bin"})
    assert found == {"GILJABI_DATABSE_URL": "GILJABI_DATABASE_URL"}


def test_neither_repr_nor_description_show_a_secret(home: Path) -> None:
    environ = {
        "GILJABI_HOME": str(home),
        "GILJABI_DATABASE_URL": "postgresql://ours:hunter2@db.example.com/giljabi",
    }
    told = repr(read_settings(environ)) + str(described_settings(environ))
    assert "postgresql://ours:…@db.example.com/giljabi" in told
    assert SECRET not in told
    assert "hunter2" not in told


def test_an_error_shows_no_password(tmp_path: Path) -> None:
    with pytest.raises(BadParameter) as caught:
        read_settings({"GILJABI_URL": "https://me:hunter2@example.com"}, tmp_path)
    assert "hunter2" not in str(caught.value)


def test_every_secret_is_marked_as_one() -> None:
    names = re.compile(r"(_key|_password|_secret|_token)$")
    texts: dict[str, Any] = {
        name: SECRET for name in hints() if names.search(name) and "file" not in meanings()[name]
    }
    assert "secret_key" in texts
    assert SECRET not in repr(msgspec.convert(texts, Settings))


def test_each_setting_is_told_with_where_it_comes_from(home: Path) -> None:
    told = described_settings({"GILJABI_HOME": str(home), "GILJABI_WORKSPACE": "ours"})
    origin = {one.name: (one.value, one.origin) for one in told}
    assert origin["workspace"] == ("ours", "GILJABI_WORKSPACE")
    assert origin["port"] == ("9000", str(home / "giljabi.toml"))
    assert origin["host"] == ("127.0.0.1", "default")


def test_every_setting_has_a_meaning_that_ends_like_a_phrase() -> None:
    assert [name for name, text in meanings().items() if not text or text.endswith(".")] == []


def test_docs_and_code_say_the_same() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    assert [line for line in settings_table().splitlines() if line not in page.splitlines()] == []
    rows = [line for line in page.splitlines() if line.startswith("| `GILJABI_")]
    assert len(rows) == len(hints())


def test_settings_are_read_in_one_place() -> None:
    sources = {path: path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py")}
    reading = re.compile(r"environ(\.get\(|\[)\s*f?[\"']GILJABI_|getenv\([\"']GILJABI_")
    # The program hands what it decided down to the server and the worker it starts.
    writing = re.compile(r"environ\[f?\"GILJABI_[^]]*\] = ")
    found = [path.name for path, text in sources.items() if reading.search(writing.sub("", text))]
    assert found == []
