"""The shell of every recipe in ci/, and of docs/ci.md, run as its engine would, against the reference server."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path

from tests.ci.recipes import CI, ROOT, dockerfile, documents, jenkinsfile, text

ALL = {"AIOC_PROFILE": ""}
"""The profile of the recipes has more cases than these tests have time for."""
SITE = sysconfig.get_path("purelib")
OFFLINE = {
    "PYTHONPATH": SITE,
    **dict.fromkeys(("PIP_NO_INDEX", "PIP_NO_DEPS", "PIP_NO_COMPILE"), "1"),
    "PIP_NO_BUILD_ISOLATION": "false",
}
"""pip builds and installs with what is here: a test needs no package index."""


PIP = """printf '#!/bin/sh\\nexec "${0%%/*}/python" -m pip "$@"\\n' >"$3/bin/pip"; chmod +x "$3/bin/pip\""""
"""The line of shell that puts a pip into `python3 -m venv FOLDER --without-pip`: making one takes seconds."""


def suites(path: Path) -> dict[str, int]:
    return {suite.get("name"): len(suite.findall("testcase")) for suite in ET.parse(path).findall("testsuite")}


def fine(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stdout + done.stderr


def here(work: Path, pattern: str) -> list[Path]:
    """What an engine would keep, which must be something."""
    found = sorted(work.glob(pattern.rstrip("/")))
    assert found, pattern
    return found


def assert_the_shards_are_the_plan(out: Path, label: str) -> None:
    """Each of three has a case, each case is in one, and each report tells that of its shard."""
    plan = ["embeddings/basic", "models/list", "models/retrieve"]
    journals = sorted(out.glob("*.jsonl"))
    assert [path.name for path in journals] == [f"{label}@{number}of3.jsonl" for number in (1, 2, 3)]
    headers = [json.loads(path.read_text().splitlines()[0]) for path in journals]
    assert [header["planned"] for header in headers] == [plan] * 3
    assert sorted(header["selected"] for header in headers) == [[case] for case in plan]
    for path, header in zip(journals, headers, strict=True):
        told = [case.get("name") for case in ET.parse(path.with_suffix(".xml")).iter("testcase")]
        assert told == header["selected"]


def test_gitlab(engine, base_url):
    recipe = documents("gitlab-ci.yml", base_url)[0]
    job, merge = recipe["aioc"], recipe["aioc-merge"]
    rows = job["parallel"]["matrix"]
    for number, row in enumerate(rows, 1):
        job_name = f"aioc: [{', '.join(row.values())}]"
        counted = {"CI_NODE_INDEX": str(number), "CI_NODE_TOTAL": str(len(rows)), "CI_JOB_NAME": job_name}
        fine(engine(job["script"], **{**recipe["variables"], **counted, **job["variables"], **row, **ALL}))
    labels = [row["AIOC_LABEL"] for row in rows]
    kept = here(engine.work, job["artifacts"]["reports"]["junit"])
    assert [path.stem for path in kept] == labels
    assert [suites(path) for path in kept] == [{f"aioc {label}": 3} for label in labels]
    here(engine.work, *job["artifacts"]["paths"])
    fine(engine(merge["script"], CI_NODE_TOTAL="1", CI_JOB_NAME="aioc-merge", **recipe["variables"]))
    for path in merge["artifacts"]["paths"]:
        here(engine.work, path)
    assert f"| topic | {' | '.join(labels)} |" in (engine.work / "aioc-out" / "merged.md").read_text()


def test_gitlab_with_shards_in_the_place_of_the_matrix(engine, base_url):
    recipe = documents("gitlab-ci.yml", base_url)[0]
    job = recipe["aioc"]
    for number in (1, 2, 3):
        counted = {"CI_NODE_INDEX": str(number), "CI_NODE_TOTAL": "3", "CI_JOB_NAME": f"aioc {number}/3"}
        done = engine(job["script"], fake=True, **counted, **job["variables"] | job["parallel"]["matrix"][0] | ALL)
        shard, journal = (done.stdout.splitlines()[at] for at in (2, 4))
        assert (shard, journal) == (f"{number}/3", f"aioc-out/llama-small@{number}of3.jsonl"), done.stdout


def test_jenkins(engine, base_url):
    pipeline = jenkinsfile(text("Jenkinsfile", base_url))
    targets, merge = pipeline.body[-1].body
    stashes = engine.work.parent / "stashes"
    values = targets.one("values").arguments
    for target in values:
        said = dict(call.arguments for call in targets.one("environment").body)
        settings = {name: value.replace("${TARGET}", target) for name, value in said.items()}
        fine(engine(["sh", "-xe", "-c", targets.one("sh").arguments[0]], TARGET=target, **{**settings, **ALL}))
        assert [p.stem for p in here(engine.work, targets.one("junit").named["testResults"])] == [target]
        here(engine.work, targets.one("archiveArtifacts").named["artifacts"])
        stash = stashes / targets.one("stash").named["name"].replace("${TARGET}", target)
        stash.mkdir(parents=True)
        for path in here(engine.work, targets.one("stash").named["includes"]):
            shutil.copy(path, stash)
    for step in merge.one("steps").body:
        if step.name == "sh":
            fine(engine(["sh", "-xe", "-c", step.arguments[0]]))
        else:
            shutil.copytree(stashes / step.arguments[0], engine.work / "aioc-out", dirs_exist_ok=True)
    assert len(here(engine.work, merge.one("archiveArtifacts").named["artifacts"])) == 3
    assert suites(engine.work / "aioc-out" / "merged.xml") == {f"aioc {target}": 3 for target in values}


def test_kubernetes(engine, base_url):
    _, job, merge = documents("kubernetes.yaml", base_url)
    (container,) = job["spec"]["template"]["spec"]["containers"]
    out = engine.work / "out"
    mounted = {"AIOC_OUT": str(out), **ALL}
    settings = {entry["name"]: entry["value"] for entry in container["env"]}
    assert settings["AIOC_OUT"] == container["volumeMounts"][0]["mountPath"]
    for index in (0, *range(job["spec"]["completions"])):  # the first pod twice: it was tried again
        fine(engine(container["command"], JOB_COMPLETION_INDEX=str(index), **{**settings, **mounted}))
    assert_the_shards_are_the_plan(out, settings["AIOC_LABEL"])
    (container,) = merge["spec"]["template"]["spec"]["containers"]
    fine(engine(container["command"], **mounted))
    assert suites(out / "merged.xml") == {"aioc llama-small": 3}
    assert all((out / f"merged.{ending}").stat().st_size for ending in ("html", "md"))


def evaluated(value: str, contexts: Mapping[str, Mapping[str, str]]) -> str:
    """`${{ a.b || c.d }}` as GitHub evaluates it: the first that is not empty."""

    def first(found: re.Match[str]) -> str:
        names = [name.strip().split(".", 1) for name in found[1].split("||")]
        return next((said for where, name in names if (said := contexts[where].get(name, ""))), "")

    return re.sub(r"\$\{\{(.*?)\}\}", first, value)


def test_github(engine, base_url):
    action = documents("github/action.yml")[0]
    jobs = documents("github/workflow.yml", base_url)[0]["jobs"]
    install, run, upload = action["runs"]["steps"]
    summary, output = engine.work / "summary.md", engine.work / "output"
    github = {
        "RUNNER_TEMP": str(engine.work / "temp"),
        "GITHUB_ACTION_PATH": str(CI / "github"),
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_OUTPUT": str(output),
    }
    bash = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c"]
    python = engine.tools / "python3"
    python.write_text(f'#!/bin/sh\n{shlex.quote(sys.executable)} "$@" --without-pip\n{PIP}\n')
    python.chmod(0o755)
    fine(engine([*bash, install["run"]], **github, **OFFLINE))
    # What was installed is looked at in the test of the Dockerfile; this takes the small catalogue.
    (engine.work / "temp" / "aioc" / "bin" / "aioc").replace(engine.tools / "installed")
    (engine.work / "temp" / "aioc" / "bin" / "aioc").symlink_to(engine.tools / "aioc")

    def use(step: Mapping, matrix: Mapping[str, str]) -> str:
        """Run the action for a step of the workflow; gives what is uploaded."""
        defaults = {name: str(one.get("default", "")) for name, one in action["inputs"].items()}
        inputs = {**defaults, **{n: evaluated(v, {"matrix": matrix}) for n, v in step["with"].items()}}
        outer = {**engine.real, **step.get("env", {}), **ALL}
        inner = {name: evaluated(value, {"inputs": inputs, "env": outer}) for name, value in run["env"].items()}
        output.write_text("")
        fine(engine([*bash, run["run"]], **{**github, **outer, **inner, "PYTHONPATH": SITE}))
        name = output.read_text().strip().removeprefix("name=")
        here(engine.work, evaluated(upload["with"]["path"], {"steps": {"aioc.outputs.name": name}}))
        return evaluated(upload["with"]["name"], {"steps": {"aioc.outputs.name": name}})

    one, two = jobs["target"]["strategy"]["matrix"]["include"]
    (step,) = jobs["target"]["steps"]
    assert use(step, one) == f"aioc-{one['label']}"
    # The second by environment variables, which say what no input does.
    said = {f"AIOC_{name.upper().replace('-', '_')}": value for name, value in two.items()}
    assert use({"with": {}, "env": {**said, "AIOC_SHARD": "1/1"}}, {}) == f"aioc-{two['label']}@1of1"
    _, step = jobs["merge"]["steps"]
    assert use(step, {}) == "aioc-merged"
    labels = [one["label"], two["label"]]
    assert suites(engine.work / "aioc-out" / "merged.xml") == {f"aioc {label}": 3 for label in labels}
    assert f"| topic | {' | '.join(labels)} |" in summary.read_text()


def test_the_dockerfile_installs_what_runs(engine, small, tmp_path):
    """Its COPY and RUN lines in a folder; making a user is left to a machine of its own."""
    root = tmp_path / "root"
    pip = engine.tools / "pip"
    pip.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m pip "$@"\n')
    pip.chmod(0o755)
    work, ran = root, []
    for instruction, value in dockerfile():
        if instruction == "WORKDIR":
            work = root / value.lstrip("/")
            work.mkdir(parents=True, exist_ok=True)
        elif instruction == "COPY" and not value.startswith("--from"):
            *sources, target = value.split()
            for source in sources:
                copy(ROOT / source, (work / target if not target.startswith("/") else root / target[1:]))
        elif instruction == "RUN" and "pip" in value:
            script = re.sub(r"(?<=\s)/(?=wheels)", f"{root}/", value)
            fine(engine(script, cwd=work, PIP_TARGET=str(root / "site"), **OFFLINE))
            ran.append(value.split()[1])
    assert ran == ["wheel", "install"]
    (wheel,) = (root / "wheels").iterdir()
    assert wheel.name.startswith("aioc-")
    path = f"{root}/site/bin:{root}/usr/local/bin:{engine.fakes}:/usr/bin:/bin"
    assert (root / "site" / "aioc" / "specs").is_dir()
    # tests/packaging reads the whole of an installed catalogue.
    done = engine(["aioc-ci", "run", small.with_name("specs")], PATH=path, PYTHONPATH=f"{root}/site:{SITE}")
    fine(done)
    assert len(list((engine.work / "aioc-out").iterdir())) == 4


def copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        folder = target if target.is_dir() else target.parent
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def test_the_lines_of_the_page(engine, base_url):
    """All of them, one after the other, as somebody who tries them out would."""
    page = (ROOT / "docs" / "ci.md").read_text()
    script = re.sub("http://localhost:8080", base_url, "\n".join(re.findall(r"```sh\n(.*?)```", page, re.DOTALL)))
    assert script.count("aioc-ci ") == 4
    done = engine(script)
    fine(done)
    names = {path.name for path in (engine.work / "aioc-out").iterdir()}
    assert names == {*(f"llama-small.{ending}" for ending in ("jsonl", "xml", "html", "md")), "compare.md"}


def test_every_setting_that_a_recipe_makes_is_one(engine):
    """A misspelt AIOC_* would change nothing, and nobody would notice."""
    known = {"AIOC_OUT", "AIOC_SHARDS", "AIOC_IMAGE"}
    options = subprocess.run(
        [engine.tools / "aioc", "run", "--help"], capture_output=True, text=True, check=True
    ).stdout
    known |= {f"AIOC_{name.upper().replace('-', '_')}" for name in re.findall(r"--([a-z][a-z-]+)", options)}
    files = [*CI.rglob("*.*"), CI / "Dockerfile", CI / "Jenkinsfile", ROOT / "docs" / "ci.md"]
    said = {name for path in files for name in re.findall(r"\bAIOC_[A-Z_]+", path.read_text())}
    assert said - known == set()
