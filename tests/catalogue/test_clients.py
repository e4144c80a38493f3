"""Client files: each client is asked about in few requests, and nothing is cited that others cannot look up."""

import re

import pytest
from tests.playing import catalogue

from aioc.cli.profile import CLIENTS, profile_of
from aioc.paths import CLIENT_REQUESTS
from aioc.plan import Wanted, plan

NAMES = sorted(catalogue().clients)
MOST = 30


@pytest.mark.parametrize("name", NAMES)
def test_a_run_for_a_client_makes_few_requests(name):
    chosen = plan(catalogue(), None, Wanted(profile=profile_of(CLIENTS + name, catalogue())))
    requests = sum(step.request.copies for case in chosen.ordered for step in case.steps)
    assert 1 <= requests < MOST


def test_what_was_sent_lies_under_the_name_of_a_client():
    folders = {case.id.split("/")[1] for case in catalogue().cases if case.topic == CLIENT_REQUESTS.name}
    assert folders
    assert folders <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_sent_where_he_cannot_look(name):
    """What a client file says must be open to who doubts it: no notes of ours, no bare codes."""
    told = [text for need in catalogue().clients[name].needs for text in (need.sees, need.evidence)]
    assert [text for text in told if re.search(r"\b\w+\.md\b|\b[A-Z]\d{1,2}\b", text)] == []
