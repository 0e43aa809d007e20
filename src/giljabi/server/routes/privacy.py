"""What customers have a say in: consent, what happens to fields, and how long things are kept."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Router, delete, get, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency, Provide
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery, JSONBody

from giljabi.access import Principal
from giljabi.bootstrap import Workspace
from giljabi.model.errors import BadParameter
from giljabi.privacy import LARGEST_FILE, ConsentWord
from giljabi.server.auditing import tell
from giljabi.server.language import Language, language_of
from giljabi.server.views.privacy import (
    ConsentView,
    FieldRuleList,
    FieldRuleView,
    PurposeList,
    RecordedView,
    RetentionList,
    TriedRulesView,
    WouldGoView,
    consent_view,
    purpose_view,
    recorded_view,
    retention_view,
    rule_view,
    tried_view,
    would_go_view,
)

FILES = "files"
"""How the period of files is named in an address."""


class PurposeForm(msgspec.Struct, frozen=True):
    """A purpose's name, and whether calls of who has not agreed to it are not kept."""

    name: str
    collection: bool = False


class Words(msgspec.Struct, frozen=True):
    """What customers said."""

    consents: list[ConsentWord]


@dataclass
class ConsentFile:
    """The form of a file of consent."""

    file: UploadFile


class NewRule(msgspec.Struct, frozen=True):
    """What happens to a field, of what a source brings; an empty ``source`` is all."""

    field: str
    action: Literal["drop", "hash"]
    source: str = ""


class Trial(msgspec.Struct, frozen=True):
    """A call, the source it would come by, and further rules to try."""

    call: dict[str, Any]
    source: str = ""
    rules: list[NewRule] = []


class Period(msgspec.Struct, frozen=True):
    """For how many days things are kept."""

    days: int


@get("/purposes", sync_to_thread=True, needs="admin")
def list_purposes(workspace: NamedDependency[Workspace]) -> PurposeList:
    """List what consent is asked for."""
    return PurposeList([purpose_view(one) for one in workspace.privacy.purposes()])


@put("/purposes/{id:str}", sync_to_thread=True, needs="admin")
def put_purpose(
    id: FromPath[str],  # noqa: A002
    data: JSONBody[PurposeForm],
    workspace: NamedDependency[Workspace],
) -> PurposeList:
    """Keep a purpose, new or changed."""
    workspace.privacy.put_purpose(id, data.name, collection=data.collection)
    return PurposeList([purpose_view(one) for one in workspace.privacy.purposes()])


@delete("/purposes/{id:str}", sync_to_thread=True, needs="admin")
def remove_purpose(id: FromPath[str], workspace: NamedDependency[Workspace]) -> None:  # noqa: A002
    """Remove a purpose nobody has spoken of."""
    workspace.privacy.remove_purpose(id)


@get("/consents", sync_to_thread=True, needs="people")
def show_consent(
    workspace: NamedDependency[Workspace],
    customer: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    value: FromQuery[str] = "",
) -> ConsentView:
    """Say where a customer's consent stands, by the customer's id or by an identifier."""
    if customer:
        return consent_view(workspace.privacy.consent_of_customer(customer))
    return consent_view(workspace.privacy.consent_of(kind, value))


@post("/consents", sync_to_thread=True, needs="admin")
def record_consent(
    data: JSONBody[Words],
    request: Request[Any, Any, Any],
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
    language: NamedDependency[Language],
) -> RecordedView:
    """Record what customers said, all or none."""
    done = workspace.privacy.record(data.consents, f"account:{principal.account}")
    tell(request, new=done.new)
    return recorded_view(done, language)


@post("/consents/file", needs="admin", request_max_body_size=LARGEST_FILE + 1024**2)
async def record_consent_file(
    data: Annotated[ConsentFile, Body(media_type=RequestEncodingType.MULTI_PART)],
    request: Request[Any, Any, Any],
    workspace: NamedDependency[Workspace],
    principal: NamedDependency[Principal],
    language: NamedDependency[Language],
) -> RecordedView:
    """Record what stands in a file, CSV or JSON; rows that are no word of consent are told."""
    body = await data.file.read()
    by = f"account:{principal.account}"
    done = await asyncio.to_thread(workspace.privacy.record_file, body, by)
    tell(request, new=done.new)
    return recorded_view(done, language)


@get("/fields", sync_to_thread=True, needs="admin")
def list_field_rules(workspace: NamedDependency[Workspace]) -> FieldRuleList:
    """List what happens at the door to fields."""
    return FieldRuleList([rule_view(one) for one in workspace.privacy.field_rules()])


@post("/fields", sync_to_thread=True, needs="admin")
def add_field_rule(data: JSONBody[NewRule], workspace: NamedDependency[Workspace]) -> FieldRuleView:
    """Have a field dropped or hashed from now on."""
    return rule_view(workspace.privacy.add_field_rule(data.field, data.action, data.source))


@delete("/fields/{id:str}", sync_to_thread=True, needs="admin")
def remove_field_rule(id: FromPath[str], workspace: NamedDependency[Workspace]) -> None:  # noqa: A002
    """Keep a field as it comes from now on."""
    workspace.privacy.remove_field_rule(id)


@post("/fields/try", status_code=200, sync_to_thread=True, needs="admin", noted=False)
def try_field_rules(data: JSONBody[Trial], workspace: NamedDependency[Workspace]) -> TriedRulesView:
    """Say what the rules, and some more, leave of a call."""
    more = [(one.field, one.action) for one in data.rules]
    return tried_view(workspace.privacy.try_rules(data.call, data.source, more))


@get("/retention", sync_to_thread=True, needs="admin")
def list_retention(workspace: NamedDependency[Workspace]) -> RetentionList:
    """List how long what each source brought is kept, and what came by files."""
    return RetentionList([retention_view(one) for one in workspace.retention.list()])


@get("/retention/{id:str}/preview", sync_to_thread=True, needs="admin")
def preview_retention(
    id: FromPath[str],  # noqa: A002
    days: FromQuery[int],
    workspace: NamedDependency[Workspace],
) -> WouldGoView:
    """Count what would go if this period held now; files are the source ``files``."""
    return would_go_view(workspace.retention.preview(_source(id), days))


@put("/retention/{id:str}", sync_to_thread=True, needs="admin")
def put_retention(
    id: FromPath[str],  # noqa: A002
    data: JSONBody[Period],
    workspace: NamedDependency[Workspace],
) -> RetentionList:
    """Keep what a source brings for some days; what is older goes in the background."""
    workspace.retention.put(_source(id), data.days)
    return RetentionList([retention_view(one) for one in workspace.retention.list()])


@delete("/retention/{id:str}", sync_to_thread=True, needs="admin")
def remove_retention(id: FromPath[str], workspace: NamedDependency[Workspace]) -> None:  # noqa: A002
    """Keep what a source brings for good."""
    workspace.retention.remove(_source(id))


def _source(named: str) -> str:
    if len(named) > 200:
        raise BadParameter("a source's id has at most 200 characters")
    return "" if named == FILES else named


router = Router(
    "/privacy",
    route_handlers=[
        list_purposes,
        put_purpose,
        remove_purpose,
        show_consent,
        record_consent,
        record_consent_file,
        list_field_rules,
        add_field_rule,
        remove_field_rule,
        try_field_rules,
        list_retention,
        preview_retention,
        put_retention,
        remove_retention,
    ],
    dependencies={"language": Provide(language_of, sync_to_thread=False)},
    tags=["privacy"],
)
