"""What docs/catalog/evidence keeps of recorded set-ups is what they say; tests.recorded.evidence writes it."""

from functools import cache

import pytest
from tests.playing import cases, catalogue

from aioc.pages.evidence import decode

from . import evidence, servers

HOW = "python -m tests.recorded.evidence, then make pages"
SMALL = [set_up for set_up in servers.set_ups() if len(servers.exchanges(set_up.name)) <= 6]


@cache
def kept(server):
    path = evidence.DOCS / f"{server}.json"
    return decode(path.read_bytes(), str(path))


def run_kept(set_up):
    name = set_up.name.removeprefix(f"{set_up.server}-")
    return next((run for run in kept(set_up.server).runs if (run.how, run.set_up) == ("recording", name)), None)


@pytest.mark.parametrize("set_up", servers.set_ups(), ids=lambda set_up: set_up.name)
def test_every_recorded_set_up_is_kept(set_up):
    run = run_kept(set_up)
    assert run is not None and run.version == set_up.version, HOW
    assert run.exchanges == len(servers.exchanges(set_up.name)), HOW


@pytest.mark.parametrize("set_up", SMALL, ids=lambda set_up: set_up.name)
def test_it_is_what_judging_says(set_up):
    run, now = run_kept(set_up), dict(evidence.of_set_ups([set_up], None))[set_up.server]
    assert (run.verdicts, run.known, run.new) == (now.verdicts, now.known, now.new), HOW
    assert run.surface == now.surface, HOW


@pytest.mark.parametrize("path", sorted(evidence.DOCS.glob("*.json")), ids=lambda path: path.stem)
def test_evidence_speaks_of_cases_that_exist(path):
    families = {case.family for case in cases().values()} | catalogue().renamed.keys()
    asked = {case.partition(":")[0] for run in kept(path.stem).runs for case in run.verdicts}
    assert asked - families == set()
