"""ci/aioc-ci.sh: the shard of every engine, the names of files, merging, comparing, exit codes."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from aioc.reference.server import ReferenceServer

Variables = Callable[[int, int], Mapping[str, str]]
ENGINES: dict[str, Variables] = {
    "GitLab": lambda i, n: {"CI_NODE_INDEX": str(i), "CI_NODE_TOTAL": str(n), "CI_JOB_NAME": f"aioc {i}/{n}"},
    "like GitLab": lambda i, n: {"CI_NODE_INDEX": str(i), "CI_NODE_TOTAL": str(n)},
    "gitlab-ci-local": lambda i, n: {
        "CI_NODE_INDEX": str(i),
        "CI_NODE_TOTAL": str(n),
        "CI_JOB_NAME": f"aioc: [{i}/{n}]",
    },
    "Kubernetes": lambda i, n: {"JOB_COMPLETION_INDEX": str(i - 1), "AIOC_SHARDS": str(n)},
    "CircleCI": lambda i, n: {"CIRCLE_NODE_INDEX": str(i - 1), "CIRCLE_NODE_TOTAL": str(n)},
    "Buildkite": lambda i, n: {"BUILDKITE_PARALLEL_JOB": str(i - 1), "BUILDKITE_PARALLEL_JOB_COUNT": str(n)},
    "a matrix": lambda i, n: {"AIOC_SHARD": f"{i}/{n}"},
}
"""The variables of an engine's i-th of n jobs, i from 1."""


def option(arguments: str, name: str) -> str | None:
    lines = arguments.splitlines()
    return lines[lines.index(name) + 1] if name in lines else None


@pytest.mark.parametrize("which", ENGINES)
def test_every_job_of_an_engine_gets_its_own_shard(engine, which):
    for total in (2, 3, 12):
        runs = [engine(["aioc-ci"], fake=True, **ENGINES[which](i, total)) for i in range(1, total + 1)]
        assert {done.returncode for done in runs} == {0}
        assert [option(done.stdout, "--shard") for done in runs] == [f"{i}/{total}" for i in range(1, total + 1)]
        assert len({option(done.stdout, "--journal") for done in runs}) == total


@pytest.mark.parametrize("which", sorted(set(ENGINES) - {"a matrix"}))
def test_a_single_job_runs_the_whole(engine, which):
    done = engine(["aioc-ci"], fake=True, **ENGINES[which](1, 1))
    assert (done.returncode, option(done.stdout, "--shard")) == (0, None)
    assert option(done.stdout, "--journal") == "aioc-out/aioc.jsonl"


@pytest.mark.parametrize("which", ENGINES)
def test_an_explicit_shard_wins(engine, which):
    done = engine(["aioc-ci"], fake=True, **{**ENGINES[which](1, 3), "AIOC_SHARD": "2/5"})
    assert option(done.stdout, "--shard") == "2/5"


def test_jobs_of_a_gitlab_matrix_are_no_shards(engine):
    job = {"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "2", "CI_JOB_NAME": "aioc: [llama-small, llama.cpp]"}
    assert option(engine(["aioc-ci"], fake=True, **job).stdout, "--shard") is None
    alone = {"CI_NODE_TOTAL": "1", "CI_JOB_NAME": "aioc"}
    assert option(engine(["aioc-ci"], fake=True, **alone).stdout, "--shard") is None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"JOB_COMPLETION_INDEX": "0"}, "say in AIOC_SHARDS how many there are"),
        ({"AIOC_SHARDS": "3"}, "is for an Indexed Job"),
        ({"JOB_COMPLETION_INDEX": "a", "AIOC_SHARDS": "3"}, "is no shard"),
        ({"CI_NODE_INDEX": "2"}, "is no shard"),
        ({"CIRCLE_NODE_INDEX": "0"}, "is no shard"),
        ({"BUILDKITE_PARALLEL_JOB": "08", "BUILDKITE_PARALLEL_JOB_COUNT": "9"}, "is no shard"),
        ({"AIOC_LABEL": "http://h:1/x"}, "makes no file name"),
        ({"AIOC_LABEL": "two words"}, "makes no file name"),
        ({"AIOC_SHARD": "1/2/3"}, "makes no file name"),
    ],
)
def test_what_makes_no_shard_or_name_is_refused(engine, settings, said):
    done = engine(["aioc-ci"], fake=True, **settings)
    assert (done.returncode, said in done.stderr, done.stdout) == (2, True, "")


@pytest.mark.parametrize("settings", [{"JOB_COMPLETION_INDEX": "3", "AIOC_SHARDS": "3"}, {"AIOC_SHARD": "0/3"}])
def test_a_shard_out_of_range_is_aiocs_bad_input(engine, settings):
    done = engine(["aioc-ci"], **settings)
    assert (done.returncode, "is no part" in done.stderr) == (2, True)
    assert not list(engine.work.glob("aioc-out/*"))


@pytest.mark.parametrize(
    ("settings", "base"),
    [
        ({"AIOC_LABEL": "qwen2.5_a-b"}, "aioc-out/qwen2.5_a-b"),
        ({"AIOC_SERVER": "llama.cpp"}, "aioc-out/llama.cpp"),
        ({"AIOC_SERVER": "overlays/mine.yaml", "AIOC_SHARD": "2/3"}, "aioc-out/mine@2of3"),
        ({"AIOC_LABEL": "a", "AIOC_OUT": "some where/out"}, "some where/out/a"),
    ],
)
def test_files_are_called_by_label_and_shard(engine, settings, base):
    done = engine(["aioc-ci", "run", "own cases", "--select", "a b"], fake=True, **settings)
    assert done.returncode == 0, done.stderr
    assert [option(done.stdout, f"--{kind}") for kind in ("journal", "junit", "html", "markdown")] == [
        f"{base}.{ending}" for ending in ("jsonl", "xml", "html", "md")
    ]
    assert done.stdout.splitlines()[-3:] == ["own cases", "--select", "a b"]
    assert f"{base}.*" in done.stderr


def test_what_is_no_command_is_refused(engine):
    for words in (["--select", "x"], ["compare", "one"], ["print"]):
        done = engine(["aioc-ci", *words], fake=True)
        assert (done.returncode, done.stdout) == (2, "")


def test_no_key_is_in_an_argument(engine):
    done = engine(["aioc-ci"], fake=True, AIOC_API_KEY_ENV="LLM_KEY", LLM_KEY="sk-secret")
    assert "sk-secret" not in done.stdout + done.stderr


def test_merging_refuses_a_shard_that_is_missing_or_there_twice(engine, base_url):
    summary, names = engine.work / "summary.md", engine.work / "names"
    on_github = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(names)}
    assert engine(["aioc-ci"], AIOC_SHARD="2/2", **on_github).returncode == 0
    shown = summary.read_text()
    assert shown == (engine.work / "aioc-out" / "none@2of2.md").read_text()
    assert shown.startswith(f"## {base_url.removeprefix('http://')}: nothing failed")

    gap = engine(["aioc-ci", "merge"], **on_github)
    assert (gap.returncode, "shard 1 is missing" in gap.stderr) == (2, True)
    twice = engine("aioc-ci merge aioc-out/*.jsonl aioc-out/*.jsonl", **on_github)
    assert (twice.returncode, "holds the same shard" in twice.stderr) == (2, True)
    none = engine(["aioc-ci", "merge"], AIOC_OUT="empty")
    assert (none.returncode, "empty/*.jsonl" in none.stderr) == (2, True)
    assert summary.read_text() == shown

    told = engine("aioc-ci merge --allow-gaps aioc-out/*.jsonl", **on_github)
    assert told.returncode == 3
    assert summary.read_text() == shown + (engine.work / "aioc-out" / "merged.md").read_text()
    assert set(names.read_text().splitlines()) == {"name=none@2of2", "name=merged"}


def test_the_exit_code_is_aiocs_and_old_markdown_is_not_shown_again(engine):
    def slow(answer):
        time.sleep(0.2)
        return answer

    summary = engine.work / "summary.md"
    settings = {"AIOC_MAX_TIME": "0.1", "GITHUB_STEP_SUMMARY": str(summary)}
    with ReferenceServer(mutate=slow) as server:
        late = engine(["aioc-ci"], **settings, AIOC_BASE_URL=server.base_url)
    assert late.returncode == 3, late.stdout + late.stderr
    shown = summary.read_text()
    assert "Could not be judged" in shown
    again = engine(["aioc-ci"], **settings)
    assert (again.returncode, summary.read_text()) == (2, shown)
    away = engine(["aioc-ci"], **settings, AIOC_BASE_URL=server.base_url, AIOC_FORCE="true")
    assert (away.returncode, "no answer from" in away.stderr, summary.read_text()) == (3, True, shown)


def test_comparing_tells_what_changed_as_markdown(engine):
    def empty(answer):
        return replace(answer, body={**answer.body, "data": []}) if "data" in (answer.body or ()) else answer

    summary = engine.work / "summary.md"
    good = {"AIOC_SELECT": "models/list", "AIOC_LABEL": "good"}
    assert engine(["aioc-ci"], **good).returncode == 0
    with ReferenceServer(mutate=empty) as worse:
        done = engine(["aioc-ci"], **{**good, "AIOC_LABEL": "worse", "AIOC_BASE_URL": worse.base_url})
        assert done.returncode == 1, done.stdout + done.stderr
    old, new = (engine.work / "aioc-out" / f"{label}.jsonl" for label in ("good", "worse"))
    same = engine(["aioc-ci", "compare", old, old])
    assert (same.returncode, "no difference" in same.stdout.lower()) == (0, True)
    done = engine(["aioc-ci", "compare", old, new], GITHUB_STEP_SUMMARY=str(summary))
    assert (done.returncode, "models/list" in done.stdout) == (1, True)
    assert done.stdout == summary.read_text() == (engine.work / "aioc-out" / "compare.md").read_text()
    assert re.search(r"^#", done.stdout, re.MULTILINE)


def test_a_signal_to_the_script_is_aiocs(engine):
    """A pod that is evicted gets SIGTERM as its first process; what follows is aioc's to say."""
    probe = engine.fakes / "aioc"
    probe.write_text("#!/bin/sh\ntrap 'echo whole; exit 143' TERM\necho ready\nwhile :; do sleep 0.1; done\n")
    environment = {"PATH": os.pathsep.join([str(engine.fakes), str(engine.tools), os.environ["PATH"]])}
    with subprocess.Popen(["aioc-ci"], cwd=engine.work, env=environment, stdout=subprocess.PIPE, text=True) as job:
        assert job.stdout.readline() == "ready\n"
        job.send_signal(signal.SIGTERM)
        assert (job.communicate(timeout=30)[0], job.returncode) == ("whole\n", 143)
