"""Time and memory are bounded by our options, whatever files and servers do: measured in a process of its own."""

import os
import time

import pytest
from tests.servers import BEHAVIOURS, Peer, by_path
from tests.servers.big import bomb

from aioc.model.result import Verdict
from aioc.report.journal import read_journal

from .conftest import Process, get

MEGABYTES = 200
"""No run takes more memory."""
GRACE = 2.0
"""So many seconds after all deadlines together a run is over (beside its start, which is measured)."""
START = 5.0
"""Seconds a busy machine may take to start it and to write its reports."""
DEADLINE = 0.3
ENDLESS = {
    "S1": "endless_sse",
    "S2": "slow_headers slow_body forever_103 silent",
    "S3": "fast_endless",
    "S4": "gzip_bomb stacked_bomb stacked_bomb_in_two_headers endless_after_gzip",
}

KINDS = {
    "S1": {"deadline"},
    "S2": {"deadline"},
    "S3": {"limit", "deadline"},  # on a busy machine the deadline comes first
    "S4": {"limit", "broken", "deadline"},
}


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """Run a case for each behaviour that never ends, once, in one process: how it ended, and the records by case."""
    folder = tmp_path_factory.mktemp("endless")
    names = [name for group in ENDLESS.values() for name in group.split()]
    for name in names:
        (folder / f"{name.replace('_', '-')}.yaml").write_text(
            f"title: Something happens here\nsource: a measurement\n{get(f'/v1/{name}')}"
        )
    bomb(2)  # made once: the deadline is aioc's, not ours
    peer = Peer(by_path(BEHAVIOURS, BEHAVIOURS["keeps"]))
    journal = folder / "run.jsonl"
    try:
        run = Process(
            ("run", folder, "--base-url", peer.url, "--server", "none", "--model", "m", "--timeout", DEADLINE,
             "--max-body", 8, "--journal", journal, "--junit", folder / "run.xml", "--html", folder / "run.html")
        ).measured()  # fmt: skip
    finally:
        peer.close()
    return run, {case.id.removeprefix("local/"): case for case in read_journal(journal).cases}


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        pytest.param(name, kinds, marks=pytest.mark.threat(row, "P3", "P4"))
        for row, kinds in KINDS.items()
        for name in ENDLESS[row].split()
    ],
)
def test_a_server_without_end_is_over_at_the_deadline(ended, name, kinds, record_property):
    run, journal = ended
    record_property("MB", run.megabytes)
    case = journal[name.replace("_", "-")]
    record_property("s a case", case.seconds)
    assert (case.verdict, case.transfers[0].failure.kind in kinds) == (Verdict.ERROR, True)
    assert case.seconds < DEADLINE + GRACE
    assert (run.code, "Traceback" in run.err) == (3, False)
    assert run.megabytes < MEGABYTES
    assert run.wall < len(journal) * DEADLINE + START + GRACE


@pytest.mark.threat("P3")
def test_a_run_ends_by_its_own_deadline_and_says_what_it_did_not_reach(cases, serve, call, tmp_path):
    folder = cases(**{f"n{number}": get("/v1/slow_body") for number in range(9)})
    peer, journal = serve(by_path(BEHAVIOURS, BEHAVIOURS["keeps"])), tmp_path / "run.jsonl"
    asked = ("--base-url", peer.url, "--server", "none", "--model", "m", "--timeout", 0.3, "--max-time", 0.5)
    ended = call(folder, *asked, "--journal", journal)
    records = read_journal(journal).cases
    assert (ended.code, len(records)) == (3, 9)
    assert 1 <= sum(not record.not_run for record in records) <= 3
    reasons = {record.reason for record in records if record.not_run}
    assert reasons == {"the run took longer than --max-time 0.5"}
    assert sum(record.seconds for record in records) < 0.5 + 0.3 + GRACE


@pytest.mark.threat("Y2", "Y3", "Y4", "P4")
def test_files_that_are_bombs_are_refused_at_once(tmp_path, start, record_property):
    """One lint of them all: what libyaml dies of, what unpacks to gigabytes, what never ends, what is too large."""
    folder = tmp_path / "bombs"
    folder.mkdir()
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10))
    texts = {
        "deep": "title:\n" + (" " + "[" * 200 + "\n") * 1000,
        "deep-mapping": "".join(" " * n + "a:\n" for n in range(900)),
        "aliases": f"a0: &a0 x\n{levels}\n",
        "itself": "a: &a [*a]\n",
        "large": f"title: {'x' * (2 << 20)}\n",
        "many": "a:\n" + "- 1\n" * 250_000,
    }
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text)
    os.mkfifo(folder / "pipe.yaml")
    (folder / "zero.yaml").symlink_to("/dev/zero")
    (folder / "passwd.yaml").symlink_to("/etc/passwd")
    process = start("lint", folder, *(folder / f"{name}.yaml" for name in ("zero", "pipe")))
    ended = process.measured()
    record_property("MB", ended.megabytes)
    assert (ended.code, "Traceback" in ended.err) == (2, False)
    assert all(f"{name}.yaml" in ended.err for name in (*texts, "pipe", "zero", "passwd"))
    assert (ended.megabytes < MEGABYTES, ended.seconds < GRACE + 3) == (True, True)


@pytest.mark.threat("Y4")
def test_a_folder_of_too_many_files_is_not_read(tmp_path, call, monkeypatch):
    monkeypatch.setattr("aioc.read.files.MAX_FILES", 5)
    for number in range(6):
        (tmp_path / f"{number}.yaml").write_text("a: 1\n")
    ended = call("lint", tmp_path, command="aioc")
    assert (ended.code, "holds 6 files, the limit is 5" in ended.err) == (2, True)


@pytest.mark.threat("Y4")
def test_a_problem_in_a_line_of_a_megabyte_is_told_at_once(tmp_path, call):
    (tmp_path / "long.yaml").write_text("a: [" + "yes, " * 200_000 + "]\n")
    begun = time.process_time()
    ended = call("lint", tmp_path, command="aioc")
    assert ended.code == 2
    assert time.process_time() - begun < 1
