"""`aioc clients`, and a run of what one client needs."""

import json
import re
import xml.etree.ElementTree as ET

import pytest

from aioc.reference.server import ReferenceServer

RUN = ("--server", "none", "--model", "reference-chat", "--embedding-model", "reference-embed")
PROFILE = ("--profile", "clients/openai-python")


@pytest.fixture(scope="module")
def reversed_vectors():
    """Serve vectors in the opposite order: openai-python swaps them without a word."""

    def mutate(answer):
        if isinstance(answer.body, dict) and isinstance(answer.body.get("data"), list):
            answer.body["data"].reverse()
        return answer

    with ReferenceServer(mutate=mutate) as server:
        yield server


def test_a_run_for_a_client_passes_where_it_is_ready(call, reference, tmp_path):
    journal = tmp_path / "run.jsonl"
    ended = call(*RUN, *PROFILE, "--base-url", reference.base_url, "--journal", journal)
    assert ended.code == 0, ended.out
    requests = [
        transfer
        for line in map(json.loads, journal.read_text().splitlines())
        if line["record"] == "case"
        for transfer in line["exchanges"]
    ]
    assert 5 < len(requests) < 30
    told = call("clients", journal, "--client", "openai-python", command="aioc")
    assert (told.code, told.out.splitlines()[1].split()[:2]) == (0, ["ready", "openai-python"])


def test_a_replay_for_another_client_tells_of_that_one(call, reference, tmp_path):
    journal = tmp_path / "run.jsonl"
    select = [word for topic in ("chat", "http", "sse", "stream") for word in ("--select", f"{topic}/**")]
    assert call(*RUN, *PROFILE, "--base-url", reference.base_url, "--journal", journal).code == 0
    again = call("--replay", journal, "--server", "none", "--profile", "clients/aider")
    assert "OpenAI" not in again.out and "openai-python" not in again.out
    assert call(*RUN, *select, "--base-url", reference.base_url, "--journal", journal, "--force").code == 0
    again = call("--replay", journal, "--server", "none", "--profile", "clients/aider", "-q")
    assert (again.code, again.out.splitlines()[0]) == (0, "ready  aider")


def test_a_run_for_a_client_fails_of_what_that_client_needs(call, reversed_vectors, tmp_path):
    files = {kind: tmp_path / f"run.{kind}" for kind in ("jsonl", "xml")}
    asked = ("--base-url", reversed_vectors.base_url, "--journal", files["jsonl"], "--junit", files["xml"])
    ended = call(*RUN, *PROFILE, *asked)
    assert ended.code == 1
    failed = [case.get("name") for case in ET.parse(files["xml"]).iter("testcase") if case.find("failure") is not None]
    assert failed and all("embeddings/" in name for name in failed), failed
    told = call("clients", files["jsonl"], command="aioc").out
    line = next(line for line in told.splitlines() if " openai-python " in line)
    assert line.startswith("degraded ") and "embeddings: Each text gets the vector of another one" in line
    page = tmp_path / "clients.md"
    assert call("clients", files["jsonl"], "--markdown", page, command="aioc").code == 0
    (row,) = re.findall(r"^\| \[openai-python\].*$", page.read_text(), re.MULTILINE)
    assert row.endswith("| degraded |")
    assert "wrong (embeddings): Each text gets the vector of another one" in page.read_text()
    again = call("report", files["jsonl"], command="aioc")
    assert again.code == 1


def test_an_unknown_client_is_told_with_the_nearest(call, tmp_path):
    ended = call("clients", tmp_path / "none.jsonl", "--client", "openai-pyton", command="aioc")
    assert (ended.code, "did you mean 'openai-python'?" in ended.err) == (2, True)
    ended = call("--server", "reference", "--profile", "clients/openai-pyton")
    assert (ended.code, "did you mean 'clients/openai-python'?" in ended.err) == (2, True)
