"""The recipes of ci/ as each engine's own schema, grammar or linter sees them, and what no schema says."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lightkube.resources.batch_v1 import Job
from lightkube.resources.core_v1 import PersistentVolumeClaim
from tests.ci.recipes import CI, ROOT, SERVERS, Call, dockerfile, documents, jenkinsfile, text

RECIPES = (
    "Dockerfile",
    "Jenkinsfile",
    "aioc-ci.sh",
    "github/action.yml",
    "github/workflow.yml",
    "gitlab-ci.yml",
    "kubernetes.yaml",
)
SCHEMAS = {
    "gitlab-ci.yml": "vendor.gitlab-ci",
    "github/action.yml": "vendor.github-actions",
    "github/workflow.yml": "vendor.github-workflows",
}
KINDS = {"Job": Job, "PersistentVolumeClaim": PersistentVolumeClaim}

STEPS = {"sh", "junit", "archiveArtifacts", "stash", "unstash", "catchError"}
DECLARATIVE = {
    "pipeline": {"agent", "environment", "options", "post", "stages", "triggers"},
    "stages": {"stage"},
    "stage": {"agent", "environment", "matrix", "options", "post", "stages", "steps", "when"},
    "matrix": {"agent", "axes", "excludes", "environment", "options", "post", "stages", "when"},
    "axes": {"axis"},
    "axis": {"name", "values"},
    "agent": {"docker"},
    "docker": {"image", "args"},
    "environment": {"="},
    "options": {"timeout"},
    "post": {"always", "failure", "success", "unstable", "cleanup"},
    "always": STEPS,
    "steps": STEPS,
    "catchError": STEPS,
}
"""What may stand in what, in a declarative pipeline: as much of it as we use."""


def tool(name: str, *arguments: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name(name)), *map(str, arguments)]
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=120, check=False)


def test_these_are_all_recipes():
    assert sorted(p.relative_to(CI).as_posix() for p in CI.rglob("*") if p.is_file()) == sorted(RECIPES)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_recipe_is_what_its_engine_takes(name, tmp_path):
    broken = tmp_path / "broken.yml"
    broken.write_text(re.sub(r"\b(exit_codes|using|runs-on):", r"un\1:", text(name)))
    done = tool("check-jsonschema", "--output-format", "json", "--builtin-schema", SCHEMAS[name], CI / name, broken)
    found = json.loads(done.stdout)
    assert ({one["filename"] for one in found["errors"]}, found["parse_errors"]) == ({str(broken)}, []), done.stdout


@pytest.mark.parametrize("number", range(3))
def test_kubernetes_knows_every_word(number):
    document = documents("kubernetes.yaml")[number]
    kind = KINDS[document["kind"]]
    assert kind.from_dict(document).to_dict() == document  # an unknown word would be lost
    document["spec"] = {}
    if kind is Job:
        with pytest.raises(Exception, match="required field"):
            kind.from_dict(document)


def test_kubernetes_tries_again_only_what_could_not_be_judged():
    _, job, merge = documents("kubernetes.yaml")
    spec = job["spec"]
    ignored, failed = spec["podFailurePolicy"]["rules"]
    assert (ignored["action"], failed["action"]) == ("Ignore", "FailIndex")
    codes = failed["onExitCodes"]
    assert (codes["operator"], codes["values"]) == ("In", [1, 2])  # the API server wants them in order
    # What the API server asks of FailIndex, of podFailurePolicy, and of backoffLimitPerIndex.
    pod = spec["template"]["spec"]
    assert (spec["completionMode"], spec["backoffLimitPerIndex"], pod["restartPolicy"]) == ("Indexed", 1, "Never")
    assert codes["containerName"] in [container["name"] for container in pod["containers"]]
    shards = {entry["name"]: entry["value"] for entry in pod["containers"][0]["env"]}["AIOC_SHARDS"]
    assert spec["completions"] == int(shards)
    assert (merge["spec"]["suspend"], merge["spec"]["backoffLimit"]) == (True, 0)
    assert merge["spec"]["template"]["spec"]["volumes"] == pod["volumes"]


def test_the_pod_is_the_images_user():
    (user,) = [value for instruction, value in dockerfile() if instruction == "USER"]
    for job in documents("kubernetes.yaml")[1:]:
        context = job["spec"]["template"]["spec"]["securityContext"]
        assert (context["runAsNonRoot"], str(context["runAsUser"])) == (True, user)


def problems(call: Call) -> list[str]:
    found = []
    for inner in call.body or ():
        if inner.name not in DECLARATIVE.get(call.name, ()):
            found.append(f"{inner.name} in {call.name}")
        found += problems(inner)
    if call.name == "stage":
        kinds = [inner.name for inner in call.body or () if inner.name in ("steps", "stages", "matrix")]
        found += [] if len(kinds) == len(call.arguments) == 1 else [f"stage {call.arguments} has {kinds}"]
    return found


def test_the_jenkinsfile_is_a_declarative_pipeline():
    pipeline = jenkinsfile(text("Jenkinsfile"))
    assert pipeline.name == "pipeline"
    assert problems(pipeline) == []
    assert {"agent", "stages"} <= {call.name for call in pipeline.body or ()}
    for wrong in (text("Jenkinsfile")[:-3], text("Jenkinsfile").replace("'aioc-ci merge'", "'aioc-ci merge")):
        with pytest.raises(ValueError, match="no Groovy"):
            jenkinsfile(wrong)
    assert problems(jenkinsfile(text("Jenkinsfile").replace("axes {", "axis {")))
    # Every name of a target is said in four places.
    targets = set(pipeline.one("values").arguments)
    assert {call.arguments[0] for call in pipeline.all("unstash")} == {f"aioc-{target}" for target in targets}
    script = next(call.arguments[0] for call in pipeline.all("sh") if "case" in call.arguments[0])
    assert set(re.findall(r"^\s*([\w.-]+)\)", script, re.MULTILINE)) == targets


def test_the_dockerfile_ends_as_a_user_who_is_not_root():
    instructions = dockerfile()
    names = [instruction for instruction, _ in instructions]
    assert names[0] == "FROM"
    assert names.index("USER") > max(n for n, name in enumerate(names) if name == "RUN")
    assert dict(instructions)["USER"].isdigit()
    assert dict(instructions)["ENTRYPOINT"] == '["aioc"]'
    assert {value.split()[0] for name, value in instructions if name == "FROM"} == {"python:3.12-slim"}
    for value in (value for name, value in instructions if name == "COPY" and "--from" not in value):
        assert all((ROOT / source).exists() for source in value.split()[:-1])
    assert (CI / "aioc-ci.sh").stat().st_mode & 0o111 == 0o111


def pieces() -> dict[str, str]:
    """Every piece of shell in a recipe."""
    gitlab, action = documents("gitlab-ci.yml")[0], documents("github/action.yml")[0]
    found = {f"gitlab {name}": job["script"] for name, job in gitlab.items() if "script" in job}
    found |= {f"action {n}": s["run"] for n, s in enumerate(action["runs"]["steps"]) if "run" in s}
    found |= {f"Jenkinsfile {n}": c.arguments[0] for n, c in enumerate(jenkinsfile(text("Jenkinsfile")).all("sh"))}
    return found | {f"Dockerfile {n}": v for n, (i, v) in enumerate(dockerfile()) if i == "RUN"}


def test_shellcheck_finds_nothing():
    assert tool("shellcheck", "--shell=sh", CI / "aioc-ci.sh").stdout == ""
    assert len(pieces()) == 10
    for name, script in pieces().items():
        assert tool("shellcheck", "--shell=sh", "-", given=f"{script}\n").stdout == "", name
    assert tool("shellcheck", "--shell=sh", "-", given='echo $1 "${x[0]}"\n').returncode == 1


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_names_no_host_and_holds_no_secret(name):
    whole = text(name)
    assert re.findall(r"[a-z]+://[^\s\"']+", re.sub(SERVERS, "", whole)) == []
    images = re.findall(r"(?:^FROM|image:?|image:\n\s+name:) +['\"]?([^\s'\";]+)", whole, re.MULTILINE)
    assert all("/" not in image for image in images)
    assert not re.search(r"\bsk-|\b(?i:password|secret|token)\s*[:=]", whole)
    assert "docs/ci.md" in whole or re.search(r"^(#|//) Take it when |for engines that run", whole, re.MULTILINE)


def test_the_targets_of_a_recipe_have_labels_of_their_own():
    rows = documents("gitlab-ci.yml")[0]["aioc"]["parallel"]["matrix"]
    jobs = documents("github/workflow.yml")[0]["jobs"]["target"]["strategy"]["matrix"]["include"]
    for labels in ([row["AIOC_LABEL"] for row in rows], [job["label"] for job in jobs]):
        assert len(set(labels)) == len(labels) == 2


def test_the_action_takes_what_the_workflow_gives():
    action, workflow = documents("github/action.yml")[0], documents("github/workflow.yml")[0]
    uses = [step for job in workflow["jobs"].values() for step in job["steps"] if "/aioc/" in step["uses"]]
    assert len(uses) == 2
    assert all(set(step["with"]) <= set(action["inputs"]) for step in uses)


def test_the_page_names_every_recipe_and_its_links_lead_somewhere():
    page = (ROOT / "docs" / "ci.md").read_text()
    links = re.findall(r"\]\(\.\./(ci/[^)]+)\)", page)
    assert {*links} - {"ci/"} == {f"ci/{name}" for name in RECIPES}
    assert all((ROOT / link).exists() for link in links)
