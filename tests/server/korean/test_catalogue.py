"""Every text that can reach a page has a Korean form, and the catalogue holds no others."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import giljabi
from giljabi.model.mapfile import form
from giljabi.server import korean
from giljabi.server.korean import PHRASES, TEXTS
from giljabi.server.korean.templates import bare, filled, holes

SOURCE = Path(giljabi.__file__).parent
SPEAKING = (
    "model",
    "access",
    "privacy",
    "collect",
    "store",
    "resolve",
    "mapping",
    "measure",
    "discover",
    "server",
    "bootstrap",
)
CATALOGUE = {**TEXTS, **PHRASES}

SILENT_FILES = {
    "access/oidc.py": "why a sign-in with a provider failed, for the audit log",
    "discover/drawn_graph.py": "pictures in notebooks",
    "discover/drawn_icicle.py": "pictures in notebooks",
    "collect/guess/words.py": "names that columns have",
    "collect/html_text.py": "patterns of what nobody sees",
    "collect/sources/mailbox/quoting.py": "how programs for mail quote",
    "collect/times/written.py": "names of months",
    "mapping/sentences.py": "writes each sentence in both languages itself",
    "measure/steps.py": "writes steps in signs; its errors are in SPOKEN_OF_SILENT",
    "model/mapfile/source.py": "reads map files for Python and the command line; the pages send text",
    "server/openapi.py": "the document of the API",
    "store/answers.py": "tables in notebooks",
    "store/pictures.py": "pictures in notebooks",
    "store/engines/asking.py": "clusters, which Python asks",
    "store/engines/building.py": "clusters, which Python asks",
    "store/engines/spark.py": "clusters, which Python asks",
    "store/engines/worker.py": "clusters, which Python asks",
    "store/log/finding.py": "files to build a log from in Python",
    "store/log/objects.py": "logs in object stores, which Python opens",
    "store/log/matching.py": "refuses what is no matcher, which only Python can pass",
    "store/log/narrowing.py": "narrows logs for Python; its one error of the API is in SPOKEN_OF_SILENT",
    "model/mapfile/form.py": "descriptions in the JSON Schema; those of required keys are hints",
    "server/headers.py": "headers of answers",
    "access/letters.py": "writes each letter in both languages itself",
    "access/news.py": "writes each letter in both languages itself",
    "store/postgres/migrate.py": "sets up the database, before there is a server",
    "store/postgres/account.py": "starts the own database, before there is a server",
    "store/postgres/embedded.py": "starts the own database, before there is a server",
    "store/postgres/database.py": "SQL, and the address of the database before there is a server",
    "store/postgres/feedback.py": "SQL",
    "store/postgres/consents.py": "SQL; its errors are in SPOKEN_OF_SILENT",
    "store/postgres/keeping_out.py": "SQL",
    "store/postgres/retention.py": "SQL; its one error is in SPOKEN_OF_SILENT",
    "privacy/at_the_door.py": "names of events, as Segment has them",
    "store/postgres/activities.py": "SQL",
    "store/postgres/matches.py": "SQL; its one error of the API is in SPOKEN_OF_SILENT",
    "store/postgres/working.py": "SQL, and notes for the log of a worker",
    "resolve/match_model.py": "SQL",
    "store/postgres/inbox.py": "SQL",
    "store/postgres/seen.py": "SQL",
    "store/postgres/identities.py": "SQL",
    "store/postgres/learning.py": "SQL",
    "store/postgres/rulings.py": "SQL",
    "mapping/template.py": "templates of maps, for Python",
    "bootstrap/settings.py": "what the operator sets, before there is a server",
    "bootstrap/setting_types.py": "what the operator sets, before there is a server",
    "bootstrap/described_settings.py": "tables of settings, for the command line",
    "bootstrap/logs.py": "the log",
    "bootstrap/metrics.py": "metrics, which Prometheus reads",
    "bootstrap/traces.py": "traces, which are set up before there is a server",
    "store/postgres/server.py": "SQL",
    "store/postgres/forgetting.py": "SQL",
    "store/postgres/purging.py": "SQL, and notes for the log of a worker",
    "store/postgres/first_look.py": "SQL",
    "access/passphrase.py": "backups, which the command line makes",
    "bootstrap/backup.py": "backups, which the command line makes",
    "bootstrap/backup_file.py": "backups, which the command line makes",
    "store/lake/relocating.py": "backups, which the command line makes",
    "store/postgres/dumping.py": "SQL, and backups, which the command line makes",
}
SILENT_FOLDERS = (
    "store/migrations/",
    "store/postgres/tables/",
    "server/korean/",
    "server/pages/",
    "bootstrap/doctor/",
)

SPOKEN_OF_SILENT = {
    "customers have said something about {}; a purpose with a history stays",
    "there is no purpose {} in this workspace",
    "there is no retention period for {}",
    "the map is larger than 1 MiB",
    "split it, or check that this is a map file",
    "step {} of {} is {}; give an event name, a list of names or a matcher",
    "the steps overlap in more than 65,536 ways; use fewer steps with conditions",
    "the end {} must lie after the start {}",
    "nobody proposed that {} and {} are one person",
}
"""Texts of silent files that reach the pages all the same."""

NOT_ON_A_PAGE = {
    "nobody can be sent to the provider: %s": "the server's own log",
    "%s failed": "a note for the log of a worker",
    "{} >= {} and {} <= {}": "which rows of the lake are read",
    "Sequence[str | None] | pa.Array[Any]": "a type",
    "work on a transaction asked for another one and would wait for itself": "a mistake in the code",
    "out of range": "what PostgreSQL says, which is looked for",
    # Arguments of Python functions that the server does not pass, or passes as they must be.
    "{} can be read only once, and was; hand over a table instead": "a reader handed over in Python",
    "a {} cannot be read; give a path, or a frame or table of pandas, Polars or pyarrow": "Python",
    "{} cannot be handed over: {}; give each column a name of its own and values of one type, for example by "
    'df["column"].astype(str)': "a table handed over in Python",
    "buckets is {}; it lies in 1..{}": "Python",
    "batch_rows is {}; it must be at least 1": "Python",
    "{} is no duration; write for example '7d', or give a timedelta": "Python",
    "{} is no regular expression: {}": "Python; a map's reader looks at it first",
    "module {} has no attribute {}": "Python",
    "{} is no audience; write for example did({})": "Python; pages send audiences by their keys",
    "{} is no audience": "Python",
    "top is a number of edges from 1, not {}": "Python; the server asks by coverage",
    "there are no events to save: the log is empty": "Python: saving a log made by hand",
    "dates such as 04/05/2026 in {} could be day/month or month/day, and no row tells which; they are read "
    "as day/month/year (say day_first=False for the other)": "a note of the reading",
    "{} writes day/month and month/day; the first of each is read as the day": "a note of the reading",
    "the clock of this log starts with 1970-01-01, so it was simulated; its times are taken as they are": (
        "a note of the reading"
    ),
    "{} accepted rows have a {} that is no number; their value is left empty": "a note of the reading",
    "{} has whole numbers beyond 2**53, which are rounded": "a note of the reading",
    "the column {} is kept as the property {}": "a note of the reading",
    # The lake gives the log canonical tables.
    "{} has no column {}; it has: {}": "a table handed over in Python",
    "{} has two columns of one name among: {}": "a table handed over in Python",
    "the columns 'customer' and 'event' of {} must hold text": "a table handed over in Python",
    "the column 'time' of {} must hold timestamps, not {}": "a table handed over in Python",
    "the column {} of {} has type {}; a log holds text, numbers and booleans": "a table handed over",
    "the column {} holds numbers in one file and text in another ({})": "files handed over in Python",
    "the batches differ in their columns: the first has {}; another has {}": "batches handed over in Python",
    "the events have no column {}; they have: {}": "the importer's batches have them",
    "{} is no whole Parquet file: {}": "files handed over in Python",
    "{} is damaged: {}": "files handed over in Python",
    # Parts that the catalogue has as a whole.
    "{}: {} mistake{}\n{}": "told anew from the mistakes",
    "this is no audience: {}": "told anew from the mistakes",
    "line {}, column {}: {}{}": "told anew from the mistake's parts",
    " begun in line {}": "stands with what the reader of YAML was doing, as one text",
    " when unpacked": "stands with “is empty”, as one text",
    "Customers by {}: new, returning, resurrected; below: dormant": "a picture in notebooks",
    "Share of each cohort back in {}": "a picture in notebooks",
    "Share back in {}": "a picture in notebooks",
    "{} k or later": "a picture in notebooks",
    "Changed shares": "a picture in notebooks",
    "Share of the customers of step 1 who reach each step": "a picture in notebooks",
    "Share of waits by length": "a picture in notebooks",
    "Share who do {}": "a picture in notebooks",
    "the rest": "a picture in notebooks",
    "Time from {} to {}": "a picture in notebooks",
    "Distance of each window to the one before": "a picture in notebooks",
    "by chance": "a picture in notebooks",
    "Friction by event and kind": "a picture in notebooks",
    "{} journeys that stand for {} customers": "a picture in notebooks",
    "{} stages, score {}": "a picture in notebooks",
    "How long sessions take": "a picture in notebooks",
    "Daily active customers as a share of those of the {}": "a picture in notebooks",
    "daily share": "a picture in notebooks",
    "How {} customers begin and go on": "a picture in notebooks",
    "Where {} customers are at each step": "a picture in notebooks",
    "Ways that {} of {} transitions take": "a picture in notebooks",
    "{} or more": "a picture in notebooks",
    "{} to": "a picture in notebooks",
    "a threshold belongs to gap='learned' or gap='time'; a fixed gap is one itself": "Python",
    "stickiness counts days, not {}; only days divide weeks and months": "Python",
    # What is no sentence.
    "nobody has this password": "what is compared with where there is no account",
    "M{} {}h{}v1h-{}z": "part of a picture",
    "SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))": "SQL",
    "Giljabi <giljabi@{}>": "whom a mail is from",
    "mapping values are not allowed": "looked for in what the reader of YAML says",
    "cannot start any token": "looked for in what the reader of YAML says",
    "field limit": "looked for in what the reader of CSV says",
    "this is no YAML": "said where the reader of YAML says nothing, which it never does",
    "a request failed unexpectedly": "the server's own log",
    "a request to the door failed unexpectedly": "the server's own log",
    "a request could not be kept": "the server's own log",
    "%s could not be noted in the audit log": "the server's own log",
    "Principal | None": "a type",
    "Somebody signed in. Changing requests show the header x-csrf-token beside it.": "the API's document",
    "An API token, gj_…": "the API's document",
    'attachment; filename="{}"': "a header",
    "pa.Table | Iterable[pa.RecordBatch] | Sequence[Path | str]": "a type",
    "pa.DictionaryArray[Any, Any]": "a type",
    "[object object]": "a value that says nothing",
    "The property equals this; numbers compare as numbers.": "a description in the JSON Schema",
    "The property equals one of these.": "a description in the JSON Schema",
    "The property is a number above this.": "a description in the JSON Schema",
    "The property is a number below this.": "a description in the JSON Schema",
    "The property's text contains this.": "a description in the JSON Schema",
    "The event has the property, or has not.": "a description in the JSON Schema",
    "The regular expression is found in the property's text.": "a description in the JSON Schema",
    "Journey map": "title of the JSON Schema",
    "Texts of a column that holds something else: ": "a comment in the lake",
    "json lines": "a format's name",
    "json array": "a format's name",
    "vertical bar": "a delimiter's name",
    "import {}": "the name of a lock",
    "pull {}": "the name of a lock",
    "PRAGMA query_only = ON": "SQL",
    "SELECT * FROM ({}\n) giljabi_rows": "SQL",
    "{} > :after OR ({} = :after AND {} > :key)": "SQL",
    " WHERE {} >= :start ORDER BY {}": "SQL",
    "the table": "what a table of Python without a name is called",
    "the first batch": "what a batch of Python without a name is called",
    "trace {}": "the name of a trace without one",
    "column {}": "the name of a part of a log",
    "customer lengths": "the name of a part of a log",
    "customer codes": "the name of a part of a log",
    "the column {} held numbers or text and now holds the other; build the log again": "the workspace does",
    "{}/{} is not the version that was opened; open the log again": "a worker of a cluster",
    "{} is missing; open the log again": "a worker of a cluster",
    "the file": "what is read in Python",
    "the files have no column {}; they have: {}": "files to build a log from in Python",
    "{} of {}": "a number in a picture",
    "{} has no attribute {}": "Python",
    "customer texts": "the name of a part of a log",
    "read events": "a step, which the pages name themselves",
    "sort customers": "a step, which the pages name themselves",
    "bring names, phones and addresses to one form": "a step, which the pages name themselves",
    "learn what speaks for a match": "a step, which the pages name themselves",
    "compare customers": "a step, which the pages name themselves",
    "SELECT * FROM {} ORDER BY match_weight DESC, id_l, id_r LIMIT {}": "SQL",
    "SET enable_progress_bar = false": "SQL",
    "write to disk": "a step, which the pages name themselves",
    "{} (text)": "a column of the lake",
    " and {} more": "stands with the columns, as one text",
    "a duration": "the name of a parameter",
    "this log": "the name of a side in Python",
    "the other log": "the name of a side in Python",
    "Proposed journey": "the title a proposed map gets, which its reader may change",
    "public, max-age=31536000, immutable": "a header",
    "public, max-age=3600": "a header",
    'attachment; filename="tracking-plan.json"': "a header",
    "text/csv; charset=utf-8": "a header",
    "{}; charset=utf-8": "a header",
    "application/rss+xml, application/atom+xml, application/json, application/xml;q=0.9, */*;q=0.5": (
        "a header"
    ),
    "gzip, deflate": "a header",
    "user name": "looked for in what a broker says",
}
"""Texts that no page shows, or not as they stand there, and why."""

JOINED = {
    "{} is empty when unpacked",
    "write for example 90s, 5m, 1h 30m or 7d",
    "a duration lies above zero and within 36500d",
    "{} begun in line {}",
    "{} and {} more",
    "{} claim",
    "{} .. {} UTC",
    "{} {}",
    "{} and {}",
    "{} rows have no {} (the first is row {} of its batch)",
}
"""Texts of the catalogue that are put together where they are said."""


def _form(node: ast.AST) -> str | None:
    """Give a text with nameless holes; None for what is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return bare(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        return bare("".join(map(str, parts)))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return re.sub("%[rsd]", "{}", _form(node.left) or "")
    return None


def _texts(path: Path) -> Iterator[str]:
    """Give the texts of a file that are sentences or parts of some: they have a blank in them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    left_out: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            left_out.add(id(node.value))
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"compile", "search", "match"}:
            left_out.update(id(one) for one in ast.walk(node))
        elif isinstance(node, ast.Dict):
            # Descriptions in the JSON Schema of maps.
            pairs = zip(node.keys, node.values, strict=True)
            left_out.update(id(one) for key, one in pairs if getattr(key, "value", "") == "description")
        elif isinstance(node, ast.JoinedStr):
            left_out.update(id(part) for part in node.values)
    for node in ast.walk(tree):
        text = None if id(node) in left_out else _form(node)
        if text and " " in text.strip() and re.search("[a-z]{2}", text.replace("{}", "")):
            yield text


@cache
def _spoken() -> dict[str, str]:
    """Give every text that can reach a page, with the file it is said in."""
    found = dict.fromkeys(SPOKEN_OF_SILENT, "a silent file")
    for part in SPEAKING:
        place = SOURCE / part
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            name = path.relative_to(SOURCE).as_posix()
            if name not in SILENT_FILES and not name.startswith(SILENT_FOLDERS):
                found |= dict.fromkeys(_texts(path), name)
    return found


def _of_yaml() -> set[str]:
    """Give what the reader of YAML says where it raises an error."""
    found = set()
    for module in ("scanner", "parser"):
        tree = ast.parse((Path(yaml.__file__).parent / f"{module}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                found |= {text for one in node.exc.args if (text := _form(one)) and " " in text}
    return found


KNOWN = {bare(english) for english in CATALOGUE}


def test_every_text_that_can_reach_a_page_has_a_korean_form() -> None:
    missing = {text: file for text, file in _spoken().items() if text not in KNOWN | NOT_ON_A_PAGE.keys()}

    assert missing == {}


def test_what_the_reader_of_yaml_says_has_a_korean_form() -> None:
    assert _of_yaml() - KNOWN == set()


def test_the_texts_left_out_are_still_said_somewhere() -> None:
    assert NOT_ON_A_PAGE.keys() - _spoken().keys() == set()
    assert [name for name in SILENT_FILES if not (SOURCE / name).is_file()] == []


def test_a_key_that_must_be_there_is_explained_in_korean() -> None:
    records: list[Any] = [form.MAP, form.STAGE, form.TOUCHPOINT, form.PERSONA, *form.CLAIM._records.values()]
    hints = {record._fields[key].about for record in records for key in record._required}

    assert hints - TEXTS.keys() == set()


def test_the_catalogue_holds_nothing_that_nobody_says() -> None:
    files = (Path(korean.__file__).parent / "libraries.toml").read_text(encoding="utf-8")
    libraries = {english for table in tomllib.loads(files).values() for english in table}
    form_file = (SOURCE / "model/mapfile/form.py").read_text(encoding="utf-8")
    hints = {english for english in TEXTS if english in form_file}
    sentences = {english for english in CATALOGUE if " " in english} - libraries - hints

    assert {bare(english) for english in sentences} - _spoken().keys() - JOINED == set()


def test_both_languages_have_the_same_holes() -> None:
    assert [english for english, said in CATALOGUE.items() if filled(said) != holes(english)] == []


NAMES = {
    "API", "Arrow", "Asia", "Avro", "CES", "CR", "CSAT", "CSV", "DOCTYPE", "Excel", "JSON", "Lines", "NPS",
    "OCEL", "ORC", "PDF", "Parquet", "SQLite", "Seoul", "UTC", "UTF", "XES", "XML", "YAML", "bzip", "gzip",
    "zip", "zstd", "xz", "null", "true", "false", "ms", "GB", "MiB", "make", "pages", "trace",
    "Atom", "Authorization", "Bearer", "IMAP", "KiB", "MB", "MQTT", "NATS", "PEM", "RSS", "TLS",
}  # fmt: skip
"""Names of formats, units, commands and values, which Korean texts have as they are."""

_HOLE = re.compile(r"\{[^{}]*\}")
_CODE = re.compile(r"`[^`]*`|<[^<>]*>|https?://[!-~]+|/schema/[!-~]+|\{.*\}|\bGILJABI_[A-Z_]+|[0-9]+[a-z]+")


def test_no_english_is_left_in_a_korean_text() -> None:
    told = {
        said: re.findall("[A-Za-z]{2,}", _CODE.sub("", _HOLE.sub("", said))) for said in CATALOGUE.values()
    }

    assert {said: words for said, words in told.items() if not NAMES.issuperset(words)} == {}
