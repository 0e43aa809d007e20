import pm4py
import pytest
from tests.peers.frames import CASE, SOURCES, frame, log_of_frame

from giljabi.discover import variants

pytestmark = pytest.mark.filterwarnings("ignore:::pm4py")


@pytest.mark.parametrize("source", SOURCES)
def test_variants_are_those_of_pm4py(source: str, request: pytest.FixtureRequest) -> None:
    events = frame(source, request)
    peer = pm4py.get_variants(events)
    answer = variants(log_of_frame(events), top=len(peer) + 1)
    assert {one.events: one.customers for one in answer.variants} == peer
    assert answer.total == len(peer)
    assert answer.customers == events[CASE].nunique()


def test_the_help_desk_log_has_226_variants_in_4580_cases(request: pytest.FixtureRequest) -> None:
    answer = variants(log_of_frame(frame("helpdesk", request)), top=1)
    assert (answer.total, answer.customers) == (226, 4580)
    assert answer.variants[0].events == (
        "Assign seriousness",
        "Take in charge ticket",
        "Resolve ticket",
        "Closed",
    )
    assert answer.variants[0].customers == 2366
