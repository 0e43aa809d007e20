"""What exists is documented, and what is documented exists."""

import re
from pathlib import Path

import click
import pytest
from tests.contracts.tree import ROOT, files, name, under

from giljabi.cli import main

PAGES = [path for path in files() if path.suffix == ".md"]
TEXT = {path: path.read_text("utf-8") for path in PAGES}
READMES = ["README.md", "README.ko.md"]
VERBS = main.list_commands(click.Context(main)) if isinstance(main, click.Group) else []


def recipes() -> set[str]:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    return {
        one for line in re.findall(r"^([a-z][\w -]*):(?!=)", makefile, re.MULTILINE) for one in line.split()
    }


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_has_at_most_140_lines(readme: str) -> None:
    assert len((ROOT / readme).read_text("utf-8").splitlines()) <= 140


@pytest.mark.parametrize("readme", READMES)
def test_every_verb_of_the_command_line_is_shown(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    assert {"up", "demo", "import", "check"} <= set(VERBS)
    assert [verb for verb in VERBS if not re.search(rf"giljabi {verb}\b", text)] == []


def test_every_setting_is_documented() -> None:
    code = [*under("src", ".py"), *under("web", ".py"), ROOT / "Makefile"]
    settings = {
        found for path in code for found in re.findall(r"\bGILJABI_[A-Z_]+\b", path.read_text("utf-8"))
    }
    documented = set(re.findall(r"\bGILJABI_[A-Z_]+\b", "".join(TEXT.values())))
    assert settings - documented == set()


def test_every_recipe_that_is_named_exists() -> None:
    named = {recipe for text in TEXT.values() for recipe in re.findall(r"`make ([a-z][a-z-]*)", text)}
    hooks = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    named |= set(re.findall(r"entry: make ([a-z-]+)", hooks))
    assert {"lint", "test"} <= named <= recipes()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_to_a_file_leads_to_it(page: Path) -> None:
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", TEXT[page])]
    own = [
        target for target in targets if target and "://" not in target and not target.startswith("mailto:")
    ]
    assert [target for target in own if not (page.parent / target).exists()] == []
