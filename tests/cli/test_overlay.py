"""`aioc overlay`: entries drafted from a run and taken out again, the difference shown before anything is written."""

import json

import pytest

from aioc.model.problem import BadInputError
from aioc.read.tree import read_overlay_file

BROKEN = {
    "request": {"method": "POST", "path": "/v1/embeddings", "json": {"model": "m", "input": "x"}},
    "response": {
        "status": 200,
        "headers": [["content-type", "application/json"]],
        "text": json.dumps(
            {"object": "list", "model": "m", "data": [{"index": 0, "embedding": [0.5], "object": "embedding"}]}
        ),
    },
}


@pytest.fixture
def overlay(call):
    return lambda *arguments: call("overlay", *arguments, command="aioc")


@pytest.fixture
def judged(call, tmp_path):
    """Judge one exchange; gives the journal."""

    def run(exchange, *more, name="run.jsonl"):
        file, journal = tmp_path / "one.json", tmp_path / name
        file.write_text(json.dumps(exchange))
        done = call("judge", file, "--journal", journal, "--force", *more, command="aioc")
        assert done.code in (0, 1), done.err
        return journal

    return run


def whole():
    data = json.loads(BROKEN["response"]["text"])
    data["usage"] = {"prompt_tokens": 1, "total_tokens": 1}
    return {**BROKEN, "response": {**BROKEN["response"], "text": json.dumps(data)}}


def test_a_deviation_is_drafted_marked_known_and_taken_out_when_it_is_gone(overlay, judged, tmp_path):
    mine = tmp_path / "mine.yaml"
    journal = judged(BROKEN)
    shown = overlay("update", "--from", journal, "--file", mine)
    assert shown.code == 0
    assert "+  - case: embeddings/obj" in shown.out
    assert not mine.exists(), "only shown"

    assert overlay("update", "--from", journal, "--file", mine, "--write").code == 0
    text = mine.read_text()
    assert "reason: TODO" in text
    with pytest.raises(BadInputError) as refused:
        read_overlay_file(mine)
    assert "TODO" in str(refused.value.problems)

    mine.write_text(text.replace("TODO say what a client notices", "A client cannot count its tokens.") + "# the end\n")
    again = judged(BROKEN, "--overlay", mine)
    assert "nothing to add" in overlay("update", "--from", again, "--file", mine).out

    cured = judged(whole(), "--overlay", mine, name="cured.jsonl")
    assert "nothing to take out" in overlay("prune", "--from", again, "--from", cured, "--file", mine).out
    pruned = overlay("prune", "--from", cured, "--file", mine, "--write")
    assert "-  - case: embeddings/obj" in pruned.out
    assert "deviations" not in mine.read_text()
    assert mine.read_text().endswith("# the end\n")


def test_without_an_overlay_the_file_has_to_be_named(overlay, judged):
    refused = overlay("update", "--from", judged(BROKEN))
    assert refused.code == 2
    assert "--file" in refused.err


def test_a_journal_that_is_not_there_is_bad_input(overlay, tmp_path):
    refused = overlay("prune", "--from", tmp_path / "nope.jsonl", "--file", tmp_path / "mine.yaml")
    assert refused.code == 2
    assert "nope.jsonl" in refused.err


def test_a_file_that_cannot_be_written_is_bad_input(overlay, judged, tmp_path):
    refused = overlay("update", "--from", judged(BROKEN), "--file", tmp_path / "no" / "folder.yaml", "--write")
    assert refused.code == 2
    assert "folder.yaml" in refused.err


def test_runs_of_two_servers_are_not_mixed(overlay, judged):
    one, other = judged(BROKEN), judged(BROKEN, "--server", "llama.cpp", name="other.jsonl")
    refused = overlay("update", "--from", one, "--from", other)
    assert refused.code == 2
    assert "llama.cpp" in refused.err


@pytest.mark.parametrize(("content", "told"), [(b"title: \xff\n", "not UTF-8"), (b"title: [\n", "mine.yaml:2:1")])
def test_a_file_that_is_no_overlay_is_bad_input(overlay, judged, tmp_path, content, told):
    mine = tmp_path / "mine.yaml"
    mine.write_bytes(content)
    refused = overlay("update", "--from", judged(BROKEN), "--file", mine, "--write")
    assert refused.code == 2
    assert told in refused.err
    assert mine.read_bytes() == content
