"""The verbs that work on a file, without a workspace."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from giljabi.cli import main

CSV = """user,action,at,device
ann,view,2026-03-01T10:00:00Z,web
ann,cart,2026-03-01T10:05:00Z,web
ann,pay,2026-03-01T10:10:00Z,app
bob,view,2026-03-01T11:00:00Z,app
bob,cart,2026-03-01T11:30:00Z,app
eve,view,2026-03-02T09:00:00Z,web
"""

MAP = """title: Shop
stages:
  - id: look
    touchpoints:
      - {id: page, match: {event: view}}
    claims:
      - {reach: buy, at_least: 0.99}
  - id: buy
    touchpoints:
      - {id: till, match: {event: pay}}
"""


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    file = tmp_path / "shop.csv"
    file.write_text(CSV)
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_the_help_names_every_verb() -> None:
    shown = run("--help")

    assert shown.exit_code == 0
    for verb in (
        "up",
        "demo",
        "import",
        "propose",
        "check",
        "graph",
        "variants",
        "steps",
        "funnel",
        "simulate",
    ):
        assert f"  {verb} " in shown.output


def test_funnel_counts_customers_step_by_step(csv: Path) -> None:
    answered = run("funnel", csv, "view", "cart", "pay", "--within", "1d", "--json")

    assert answered.exit_code == 0, answered.output
    assert [row["customers"] for row in json.loads(answered.output)] == [3, 2, 1]


ASCII = {**os.environ, "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
GILJABI = [sys.executable, "-c", "from giljabi.cli import main; main()"]


@pytest.fixture
def korean(tmp_path: Path) -> Path:
    file = tmp_path / "shop.csv"
    file.write_text(CSV.replace("view", "조회"), encoding="utf-8")
    return file


def test_a_pipe_gets_korean_whatever_the_locale(korean: Path) -> None:
    shown = subprocess.run([*GILJABI, "variants", korean], env=ASCII, capture_output=True, check=True)

    assert "조회 → cart → pay" in shown.stdout.decode("utf-8")


def test_a_terminal_without_korean_gets_the_rest(korean: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen([*GILJABI, "variants", korean], env=ASCII, stdout=theirs, stderr=theirs) as shown:
        os.close(theirs)
        said = b""
        try:
            while piece := os.read(ours, 4096):
                said += piece
        except OSError:  # Linux tells so that the other end is closed.
            pass
        os.close(ours)

    assert shown.returncode == 0, said
    assert b"cart ? pay" in said


@pytest.mark.parametrize("verb", [["up"], ["demo", "--once"], ["import", "shop.csv"]])
def test_without_the_server_s_packages_a_verb_says_what_to_install(verb: list[str], korean: Path) -> None:
    hidden = "import sys; sys.modules.update(dict.fromkeys(['uvicorn', 'pyiceberg', 'sqlalchemy']))"
    code = f"{hidden}; from giljabi.cli import main; main()"
    refused = subprocess.run(
        [sys.executable, "-c", code, *verb], cwd=korean.parent, capture_output=True, text=True, check=False
    )

    assert refused.returncode == 2
    assert "install giljabi[all]" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_graph_counts_what_follows_what(csv: Path) -> None:
    answered = run("graph", csv, "--json")

    steps = {(row["source"], row["target"]): row["count"] for row in json.loads(answered.output)}
    assert steps == {("view", "cart"): 2, ("cart", "pay"): 1}


def test_variants_list_the_ways_through(csv: Path) -> None:
    answered = run("variants", csv, "--json")

    assert [row["customers"] for row in json.loads(answered.output)] == [1, 1, 1]


def test_graph_names_what_customers_come_back_to(csv: Path) -> None:
    csv.write_text(CSV + "bob,view,2026-03-01T11:40:00Z,app\n")
    answered = run("graph", csv, "--loops", "--json")

    (loop,) = json.loads(answered.output)
    assert (loop["kind"], loop["events"], loop["count"], loop["mean"]) == (
        "back_and_forth",
        ["view", "cart"],
        1,
        2_400_000,
    )
    assert "view ⇄ cart" in run("graph", csv, "--loops").output


def test_variants_grow_a_tree(csv: Path) -> None:
    answered = run("variants", csv, "--tree", "--json")

    rows = [(row["events"], row["customers"], row["ends"]) for row in json.loads(answered.output)]
    assert rows == [(["view"], 3, 1), (["view", "cart"], 2, 1), (["view", "cart", "pay"], 1, 1)]
    assert "    pay" in run("variants", csv, "--tree").output


def test_steps_tell_where_customers_are(csv: Path) -> None:
    answered = run("steps", csv, "--start", "cart", "--before", 1, "--depth", 2, "--json")

    rows = [(row["step"], row["event"], row["customers"]) for row in json.loads(answered.output)]
    assert rows == [(-1, "view", 2), (1, "cart", 2), (2, "pay", 1)]
    assert "50.0 %" in run("steps", csv, "--start", "cart").output


def test_tables_are_for_people(csv: Path) -> None:
    assert "view" in run("graph", csv).output
    assert "view → cart → pay" in run("variants", csv).output
    assert "33.3 %" in run("funnel", csv, "view", "pay").output


def test_an_unknown_event_is_named_with_its_neighbour(csv: Path) -> None:
    refused = run("funnel", csv, "view", "cartt")

    assert refused.exit_code == 2
    assert "'cartt'" in refused.output
    assert "did you mean 'cart'" in refused.output


def test_a_missing_file_is_an_error_without_a_traceback(tmp_path: Path) -> None:
    refused = run("graph", tmp_path / "absent.csv")

    assert refused.exit_code == 2
    assert "absent.csv" in refused.output
    assert "Traceback" not in refused.output


def test_a_contradicted_claim_ends_the_check_with_status_one(csv: Path, tmp_path: Path) -> None:
    many = tmp_path / "many.csv"
    rows = [f"c{number},view,2026-03-01T10:00:00Z,web" for number in range(50)]
    many.write_text("user,action,at,device\n" + "\n".join(rows) + "\nc1,pay,2026-03-02T10:00:00Z,web\n")
    map_file = tmp_path / "shop.journey.yaml"
    map_file.write_text(MAP)

    checked = run("check", map_file, "--events", many, "--json")

    assert checked.exit_code == 1, checked.output
    (claim,) = json.loads(checked.output)["claims"]
    assert (claim["verdict"], claim["n"]) == ("contradicted", 50)


def test_a_check_without_contradiction_ends_with_status_zero(csv: Path, tmp_path: Path) -> None:
    map_file = tmp_path / "shop.journey.yaml"
    map_file.write_text(MAP.replace("at_least: 0.99", "at_least: 0.3"))

    checked = run("check", map_file, "--events", csv)

    assert checked.exit_code == 0, checked.output
    assert "undecided" in checked.output


def test_every_mistake_of_a_map_is_told(csv: Path, tmp_path: Path) -> None:
    map_file = tmp_path / "bad.journey.yaml"
    map_file.write_text(
        "title: Shop\nstages:\n  - id: look\n    claims:\n      - {reach: bye, at_least: 60}\n"
    )

    refused = run("check", map_file, "--events", csv)

    assert refused.exit_code == 2
    assert "line 5" in refused.output
    assert "bye" in refused.output


def test_a_proposal_is_a_map_that_reads_back(csv: Path, tmp_path: Path) -> None:
    out = tmp_path / "first.journey.yaml"

    proposed = run("propose", csv, "--out", out)

    assert proposed.exit_code == 0, proposed.output
    assert run("check", out, "--events", csv).exit_code == 0
    assert "exists" in run("propose", csv, "--out", out).output


def test_a_wrong_call_never_ends_like_a_contradicted_claim(csv: Path, tmp_path: Path) -> None:
    missing = tmp_path / "missing" / "map.yaml"
    for call in (["--out", str(csv)], ["--out", str(missing)]):
        result = CliRunner().invoke(main, ["propose", str(csv), *call])
        assert (result.exit_code, result.exception.__class__) == (2, SystemExit)
    assert f"giljabi: No such file or directory: {missing}" in result.stderr


def test_refused_rows_are_told_in_words_beside_the_answer(csv: Path) -> None:
    csv.write_text(CSV + "eve,cart,never,web\n")
    result = CliRunner().invoke(main, ["variants", str(csv), "--json"])
    assert result.stderr == "giljabi: 1 of 7 rows refused: 1 bad_time\n"
    assert len(json.loads(result.stdout)) == 3


def test_numbers_stay_on_one_line_and_names_stay_whole(csv: Path) -> None:
    csv.write_text(CSV.replace("view", "product_detail_page_viewed_for_long"))
    shown = (
        CliRunner()
        .invoke(
            main, ["funnel", str(csv), "product_detail_page_viewed_for_long", "cart", "pay", "--by", "device"]
        )
        .stdout
    )
    assert "9.5 %–90.5 %" in shown
    assert "…" not in shown
