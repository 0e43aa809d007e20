"""What `deploy/` names exists: settings, commands, options, files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from tests.contracts.tree import ROOT, name

from giljabi.bootstrap import Settings
from giljabi.cli import main

DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file() and "secrets" not in path.parts)
PAGES = [ROOT / "docs" / page for page in ("deploy.md", "backup.md")]
MANIFESTS = sorted(DEPLOY.glob("kubernetes/*.yaml"))


def documents(path: Path) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all(path.read_text("utf-8")) if one]


def known(words: list[str]) -> bool:
    """Say whether a command line names a verb and options there are."""
    assert isinstance(main, click.Group)
    command: click.Command | None = main
    for word in words:
        if word.startswith("--"):
            assert command is not None
            options = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
            if word.split("=")[0] not in options:
                return False
        elif isinstance(command, click.Group):
            command = command.get_command(click.Context(command), word)
            if command is None:
                return False
    return True


@pytest.mark.parametrize("path", [*FILES, *PAGES], ids=name)
def test_settings_that_are_named_are_settings(path: Path) -> None:
    named = set(re.findall(r"\bGILJABI_([A-Z_]+)\b", path.read_text("utf-8")))
    assert {one.lower() for one in named} - set(Settings.__struct_fields__) == set()


def test_the_services_run_commands_there_are() -> None:
    (compose,) = documents(DEPLOY / "compose.yaml")
    commands = [service["command"] for service in compose["services"].values() if "build" in service]
    assert len(commands) == 2
    for path in MANIFESTS:
        for one in documents(path):
            if one["kind"] == "Deployment":
                (container,) = one["spec"]["template"]["spec"]["containers"]
                commands.append(container["args"])
    assert len(commands) == 4
    assert [command for command in commands if not known(command)] == []


@pytest.mark.parametrize("path", [*PAGES, *FILES], ids=name)
def test_command_lines_name_verbs_and_options_there_are(path: Path) -> None:
    lines = re.findall(
        r"(?:^|[/`'\s])giljabi ((?:[a-z-]+ )?[a-z][a-z-]*(?: --[a-z-]+)*)", path.read_text("utf-8")
    )
    spoken = [line.split() for line in lines if line.split()[0] in main.list_commands(click.Context(main))]
    assert [
        words for words in spoken if not known([words[0], *(w for w in words if w.startswith("--"))])
    ] == []


def test_every_manifest_is_applied() -> None:
    (kustomization,) = documents(DEPLOY / "kubernetes" / "kustomization.yaml")
    assert set(kustomization["resources"]) == {path.name for path in MANIFESTS} - {"kustomization.yaml"}


def test_containers_have_no_powers_they_need_not() -> None:
    for path in MANIFESTS:
        for one in documents(path):
            if one["kind"] != "Deployment":
                continue
            pod = one["spec"]["template"]["spec"]
            assert pod["securityContext"]["runAsNonRoot"] is True
            for container in pod["containers"]:
                assert container["securityContext"]["readOnlyRootFilesystem"] is True
                assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_the_image_copies_what_there_is() -> None:
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    copied = [
        word for line in re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE) for word in line.split()
    ]
    assert copied
    assert [word for word in copied if not (ROOT / word).exists()] == []
