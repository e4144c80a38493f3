"""The whole catalogue against the reference server, once: every case holds, a replay agrees, all clients work."""

import subprocess
import sys

import pytest
from tests.playing import catalogue

from aioc.model.client import Ready
from aioc.model.result import Verdict
from aioc.readiness import asked_for, readiness
from aioc.report.journal import read_journal
from aioc.report.merge import merged


def run(*arguments):
    subprocess.run([sys.executable, "-m", "aioc", "run", *arguments, "--quiet"], check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def journal(tmp_path_factory):
    """Run everything once."""
    path = tmp_path_factory.mktemp("whole") / "run.jsonl"
    run("--server", "reference", "--fail-on", "warn", "--fail-on", "fail", "--journal", str(path))
    return path


@pytest.fixture(scope="module")
def report(journal):
    return merged([(journal, read_journal(journal))])[0]


def test_nothing_is_left_out(report):
    unjudged = {record.id for record in report.records if record.verdict is Verdict.ERROR}
    assert unjudged == set()
    assert len(report.records) > 600


def test_a_replay_judges_the_same(journal, report, tmp_path):
    again = tmp_path / "again.jsonl"
    run("--replay", str(journal), "--server", "reference", "--journal", str(again))
    verdicts = {record.id: record.verdict for record in report.records}
    assert {record.id: record.verdict for record in read_journal(again).cases} == verdicts


@pytest.mark.parametrize("name", sorted(catalogue().clients))
def test_a_client_is_ready_for_the_reference_server(report, name):
    ((one, asked),) = asked_for([catalogue().clients[name]], catalogue())
    found = readiness(one, report, asked)
    assert (found.ready, found.missed, found.absent) == (Ready.READY, (), ())
