"""`aioc list`: filters that join, and rows for programs."""

import json

import pytest
from tests.playing import catalogue

ROW = {
    "id", "family", "topic", "title", "severity", "needs", "source", "why", "invariant", "danger", "server", "overlays",
    "file", "line",
}  # fmt: skip


@pytest.fixture
def listed(call):
    """List with these options; gives the rows."""

    def run(*options):
        done = call("list", "--format", "json", *options, command="aioc")
        assert done.code == 0, done.err
        return json.loads(done.out)

    return run


def ids(keep):
    return [case.id for case in catalogue().cases if keep(case)]


def test_every_row_has_every_word(listed):
    rows = listed()
    assert [row["id"] for row in rows] == ids(lambda case: True)
    assert all(row.keys() == ROW for row in rows)


@pytest.mark.parametrize(
    ("options", "keep"),
    [
        (["--topic", "embeddings"], lambda case: case.topic == "embeddings"),
        (["--topic", "embeddings", "--topic", "rerank"], lambda case: case.topic in ("embeddings", "rerank")),
        (["--capability", "tools"], lambda case: "tools" in case.needs),
        (["--topic", "sse", "--capability", "stream"], lambda case: case.topic == "sse" and "stream" in case.needs),
        (["--grep", "USAGE"], lambda case: "usage" in f"{case.id} {case.title} {case.why} {case.source}".lower()),
        (["--select", "chat/tool/*"], lambda case: case.family.rpartition("/")[0] == "chat/tool"),
    ],
)  # fmt: skip
def test_a_filter_keeps_what_it_says(listed, options, keep):
    rows = listed(*options)
    assert rows
    assert [row["id"] for row in rows] == ids(keep)


def test_severity_is_that_of_the_worst_check(listed):
    rows = {row["id"]: row["severity"] for row in listed("--severity", "info", "--severity", "warn")}
    assert set(rows.values()) == {"info", "warn"}
    every = {row["id"]: row["severity"] for row in listed()}
    assert {name for name, severity in every.items() if severity != "fail"} == set(rows)
    assert every["chat/stored/not-stored"] == "warn"  # the case says info, one of its checks warn


def test_a_server_keeps_the_cases_that_its_overlay_touches(listed):
    rows = listed("--server", "llamaswap")
    assert rows
    assert all("llamaswap" in row["overlays"] for row in rows)
    assert len(rows) < len(catalogue().cases)
    assert {row["id"] for row in listed() if "llamaswap" in row["overlays"]} == {row["id"] for row in rows}


def test_a_profile_keeps_its_cases_and_leaves_out_what_it_leaves_out(listed, tmp_path):
    assert "chat/basic" in [row["id"] for row in listed("--profile", "smoke")]
    own = tmp_path / "mine.yaml"
    own.write_text("title: What my client needs\ncases: ['models/**']\nwithout: [models/list]\n")
    rows = [row["id"] for row in listed("--profile", own)]
    assert rows
    assert all(name.startswith("models/") and name != "models/list" for name in rows)


def test_own_cases_alone(listed, tmp_path):
    (tmp_path / "mine.yaml").write_text(
        "title: The models are listed\nsource: a measurement\nrequest: {method: GET, path: /v1/models}\n"
        "expect:\n  - status: 200\n"
    )
    (row,) = listed(tmp_path)
    assert (row["id"], row["file"], row["line"]) == ("local/mine", str(tmp_path / "mine.yaml"), 1)


def test_the_text_ends_with_the_number(call):
    done = call("list", "--topic", "rerank", command="aioc")
    lines = done.out.splitlines()
    assert lines[-1] == f"{len(lines) - 1} cases"
    assert lines[0].split()[:2] == ["rerank/basic", "fail"]


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (["--topic", "embedings"], "did you mean 'embeddings'?"), (["--capability", "tool"], "did you mean 'tools'?"),
        (["--profile", "smok"], "did you mean 'smoke'?"), (["--server", "lamaswap"], "did you mean 'llamaswap'?"),
        (["embeddings"], "aioc list --topic embeddings"),
    ],
)  # fmt: skip
def test_a_name_that_nothing_has_is_bad_input(call, options, hint):
    done = call("list", *options, command="aioc")
    assert done.code == 2
    assert hint in done.err


def test_coverage_says_of_each_endpoint_what_is_sent_and_what_is_not(call):
    rows = json.loads(call("list", "--coverage", "--format", "json", command="aioc").out)
    assert "chat/basic" in rows["POST /v1/chat/completions"]["cases"]
    assert "chat/req/temperature-0" in rows["POST /v1/chat/completions"]["request"]["temperature"]
    one = call("list", "--coverage", "--topic", "embeddings", command="aioc").out.splitlines()
    assert one[-1].startswith("1 of ")
    assert "    never sent: input, instructions, model, response_format, speed, stream_format, voice" in one
