"""The tables as SQLAlchemy sees them; the migrations make them, and a test holds the two together."""

from giljabi.store.postgres.tables.base import (
    APPLICATION_ROLE,
    NEWEST,
    WORKSPACE_SETTING,
    metadata,
)
from giljabi.store.postgres.tables.collection import (
    activity,
    inbox,
    plan_departure,
    planned_event,
    refusal,
    seen_batch,
    source,
)
from giljabi.store.postgres.tables.identity import (
    customer,
    customer_group,
    group_member,
    identifier,
    identifier_holder,
    identity_apart,
    identity_edge,
    identity_rule,
    match_proposal,
)
from giljabi.store.postgres.tables.spine import (
    feedback,
    iceberg_namespace_properties,
    iceberg_tables,
    imported,
    journey_map,
    map_check,
    segment,
    workspace,
)

__all__ = [
    "APPLICATION_ROLE",
    "NEWEST",
    "WORKSPACE_SETTING",
    "activity",
    "customer",
    "customer_group",
    "feedback",
    "group_member",
    "iceberg_namespace_properties",
    "iceberg_tables",
    "identifier",
    "identifier_holder",
    "identity_apart",
    "identity_edge",
    "identity_rule",
    "imported",
    "inbox",
    "journey_map",
    "map_check",
    "match_proposal",
    "metadata",
    "plan_departure",
    "planned_event",
    "refusal",
    "seen_batch",
    "segment",
    "source",
    "workspace",
]
