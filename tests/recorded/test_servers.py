"""Recorded servers with their overlays: nothing but what is expected, nothing stale, and each set-up is recognised."""

import json

import pytest
import yaml
from tests.playing import cases

from aioc.coverage.fields import endpoint_of

from .report import differences
from .servers import FOLDER, HERE, exchanges, judged, questions, set_ups, stale

NAMES = [set_up.name for set_up in set_ups()]
OURS = ("/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses")
UNIMPORTANT = {"model", "max_tokens", "max_output_tokens", "max_completion_tokens", "temperature", "seed"}
ALSO = yaml.safe_load((HERE / "differ.yaml").read_text())
"""What only a recorded request or only its case sends, each with the reason why it does not matter."""


@pytest.mark.parametrize("set_up", set_ups(), ids=NAMES)
def test_each_set_up_is_judged_as_expected(set_up):
    assert differences(set_up, judged(set_up)) == []


@pytest.mark.parametrize(("server", "version"), sorted({(s.server, s.version) for s in set_ups()}))
def test_no_entry_is_stale(server, version):
    assert stale(server, version) == ()


def test_every_expectation_says_why():
    for set_up in set_ups():
        for case, expected in set_up.expected.items():
            assert len(expected.why) > 15, f"{set_up.name}: {case}"
        assert all(len(why) > 15 for why in set_up.leaves_out.values()), set_up.name


def test_every_file_of_exchanges_has_its_expectations():
    assert {path.stem for path in FOLDER.glob("*.json")} == set(NAMES)


def test_there_are_enough_of_them():
    """600 exchanges over 12 servers were asked for."""
    assert len({set_up.server for set_up in set_ups()}) >= 12
    assert sum(len(exchanges(name)) for name in NAMES) >= 600


def test_a_recorded_question_is_the_question_of_its_case():
    """Same endpoint, and no parameter of importance that only one of them sends."""
    differ = {}
    for name in NAMES:
        for exchange, transfer in exchanges(name):
            for case_id in questions().get(exchange, ()):
                asked, request = transfer.request, cases()[case_id].steps[0].request
                assert endpoint_of(request.method, request.path) == endpoint_of(asked.method, asked.target), case_id
                if request.path in OURS and isinstance(request.json, dict):
                    sent = json.loads(asked.content or b"{}")
                    if extra := (set(request.json) ^ set(sent)) - UNIMPORTANT:
                        differ[f"{exchange}, {case_id}"] = sorted(extra)
    assert differ == {key: sorted(row["sends"]) for key, row in ALSO.items()}
    assert all(len(row["why"]) > 15 for row in ALSO.values())
