"""The composition root: the one place that chooses adapters and wires them into a workspace."""

from giljabi.bootstrap.accounts import UNFINISHED, EmailChange, Guest, Invitation, Link
from giljabi.bootstrap.backup import BackedUp, back_up, restore
from giljabi.bootstrap.customers import CustomerHead, FoundCustomer
from giljabi.bootstrap.described_settings import DescribedSetting, described_settings, settings_table
from giljabi.bootstrap.doctor import Finding, examine
from giljabi.bootstrap.forgetting import ErasurePreview, PrivacyRequest
from giljabi.bootstrap.housekeeping import REFUSALS_KEPT
from giljabi.bootstrap.identity import ReplayState, RuleState
from giljabi.bootstrap.jobs import BackgroundState
from giljabi.bootstrap.logs import set_up_logs
from giljabi.bootstrap.matches import MatchedCustomer, Proposal, Proposals
from giljabi.bootstrap.metrics import (
    JobMetrics,
    RequestMetrics,
    WorkspaceCollector,
    new_registry,
    open_metrics_door,
)
from giljabi.bootstrap.opening import open_workspace
from giljabi.bootstrap.privacy import CustomerConsent, PurposeState, Recorded, TriedRules
from giljabi.bootstrap.refusals import RefusalCount
from giljabi.bootstrap.retention import RetentionState, WouldGo
from giljabi.bootstrap.settings import Settings, read_settings
from giljabi.bootstrap.sources import HookRefused, SourceKind
from giljabi.bootstrap.standing import Readiness
from giljabi.bootstrap.third_party import SourceShare, ThirdPartyShare
from giljabi.bootstrap.timeline import Timeline, TimelineEntry
from giljabi.bootstrap.traces import Tracing, set_up_traces
from giljabi.bootstrap.workspace import Progress, Workspace

__all__ = [
    "REFUSALS_KEPT",
    "UNFINISHED",
    "BackedUp",
    "BackgroundState",
    "CustomerConsent",
    "CustomerHead",
    "DescribedSetting",
    "EmailChange",
    "ErasurePreview",
    "Finding",
    "FoundCustomer",
    "Guest",
    "HookRefused",
    "Invitation",
    "JobMetrics",
    "Link",
    "MatchedCustomer",
    "PrivacyRequest",
    "Progress",
    "Proposal",
    "Proposals",
    "PurposeState",
    "Readiness",
    "Recorded",
    "RefusalCount",
    "ReplayState",
    "RequestMetrics",
    "RetentionState",
    "RuleState",
    "Settings",
    "SourceKind",
    "SourceShare",
    "ThirdPartyShare",
    "Timeline",
    "TimelineEntry",
    "Tracing",
    "TriedRules",
    "Workspace",
    "WorkspaceCollector",
    "WouldGo",
    "back_up",
    "described_settings",
    "examine",
    "new_registry",
    "open_metrics_door",
    "open_workspace",
    "read_settings",
    "restore",
    "set_up_logs",
    "set_up_traces",
    "settings_table",
]
