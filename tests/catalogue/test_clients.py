"""Client files: each client is ready for the reference server, and is asked about in few requests."""

import re
import subprocess
import sys

import pytest
from tests.playing import catalogue

from aioc.cli.profile import CLIENTS, profile_of
from aioc.model.client import Ready
from aioc.paths import CLIENT_REQUESTS
from aioc.plan import Wanted, plan
from aioc.readiness import asked_for, readiness
from aioc.report.journal import read_journal
from aioc.report.merge import merged

NAMES = sorted(catalogue().clients)
MOST = 30


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Run the whole catalogue against the reference server once."""
    journal = tmp_path_factory.mktemp("clients") / "run.jsonl"
    command = [sys.executable, "-m", "aioc", "run", "--server", "reference", "--quiet", "--journal", str(journal)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return merged([(journal, read_journal(journal))])[0]


@pytest.mark.parametrize("name", NAMES)
def test_a_client_is_ready_for_the_reference_server(report, name):
    ((one, asked),) = asked_for([catalogue().clients[name]], catalogue())
    found = readiness(one, report, asked)
    assert (found.ready, found.missed, found.absent) == (Ready.READY, (), ())


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
