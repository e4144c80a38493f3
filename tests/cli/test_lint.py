"""`aioc lint`: of files outside the catalogue too, each as what it is; its forms for people and for machines."""

import json
from pathlib import Path

import pytest

OVERLAY = """\
title: My server
lacks:
  - {capability: audio-in, reason: The model has no ears and says so., source: measured on 1.2}
deviations:
  - {case: chat/basic, check: status, instead: {const: 500}, reason: Nobody is answered., source: measured on 1.2}
"""


@pytest.fixture
def lint(call, tmp_path):
    """Lint a text as a file that lies in no catalogue."""

    def run(text, name="mine.yaml"):
        file = tmp_path / name
        file.write_text(text)
        return call("lint", file, command="aioc")

    return run


@pytest.mark.parametrize("name", ["mine.yaml", "vllm.yaml"])
def test_an_overlay_outside_the_catalogue_is_read_as_one(lint, name):
    """Whatever it is called: `--overlay FILE` takes it under any name."""
    done = lint(OVERLAY, name)
    assert (done.code, done.err) == (0, "")
    assert "nothing to say" in done.out


@pytest.mark.parametrize(
    ("before", "after", "place", "what", "hint"),
    [
        ("lacks:", "lack:", ":2:", "unknown word 'lack'", "did you mean 'lacks'"),
        ("chat/basic", "chat/basik", ":5:", "there is no case 'chat/basik'", "did you mean 'chat/basic'"),
        ("check: status", "check: statis", ":5:", "the case chat/basic has no check 'statis'", "did you mean 'status'"),
        ("audio-in", "audio-im", ":3:", "unknown capability 'audio-im'", "did you mean 'audio-in'"),
        (
            "deviations:",
            "  - {capability: files, reason: The model has no ears and says so., source: measured on 1.2}\ndeviations:",
            ":4:",
            "'audio-in' is lacking for the same reason",
            "say of each",
        ),
    ],
)
def test_its_mistakes_are_those_of_an_overlay(lint, before, after, place, what, hint):
    done = lint(OVERLAY.replace(before, after))
    assert done.code == 2
    first = done.err.splitlines()[0]
    assert place in first and what in first
    assert hint in done.err
    assert done.err.splitlines()[-1] == "1 problem in 1 file"


def test_what_has_a_request_is_a_case_whatever_else_it_says(lint):
    done = lint(OVERLAY + "request: {method: GET, path: /v1/models}\n")
    assert done.code == 2
    assert "unknown word 'lacks'" in done.err


def test_a_run_says_how_an_overlay_is_given(call, tmp_path):
    (tmp_path / "mine.yaml").write_text(OVERLAY)
    done = call(tmp_path, "--server", "reference")
    assert done.code == 2
    assert "this is an overlay, not a case" in done.err
    assert "--overlay FILE" in done.err


PROFILE = "title: What my client needs\ncases: [chat/basic, 'models/*']\n"


def test_a_profile_outside_the_catalogue_is_read_as_one(lint):
    done = lint(PROFILE)
    assert (done.code, done.err) == (0, "")
    assert "nothing to say" in done.out


@pytest.mark.parametrize(
    ("before", "after", "place", "what", "hint"),
    [
        ("chat/basic", "chat/basik", "2:9", "no case is called 'chat/basik'", "did you mean 'chat/basic'"),
        ("title", "Title", "1:1", "unknown word 'Title'", "did you mean 'title'"),
        ("[chat/basic, 'models/*']", "chat/basic", "2:8", "`cases` is a list of ids or globs", ""),
        ("cases", "without", "1:1", "the word 'cases' is missing", 'cases: ["chat/*", models/list]'),
    ],
)
def test_its_mistakes_are_those_of_a_profile(lint, before, after, place, what, hint):
    done = lint(PROFILE.replace(before, after))
    assert done.code == 2
    assert f":{place}: {what}" in done.err.splitlines()[0]
    assert hint in done.err
    assert done.err.splitlines()[-1] == "1 problem in 1 file"


def test_a_run_says_how_a_profile_is_given(call, tmp_path):
    (tmp_path / "mine.yaml").write_text(PROFILE)
    done = call(tmp_path, "--server", "reference")
    assert done.code == 2
    assert "this is a profile, not a case" in done.err
    assert "--profile FILE" in done.err


# --- forms

CASE = """\
title: The models are listed
source: a measurement
request: {method: GET, path: /v1/models}
expect:
  - Status: 200
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Stand in the folder of the cases, as CI does."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(CASE)
    return tmp_path


def test_a_person_gets_place_line_caret_and_cure(call, here):
    done = call("lint", "mine.yaml", command="aioc")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "mine.yaml:5:5: unknown word 'Status'\n"
        "   5 |   - Status: 200\n"
        "     |     ^^^^^^\n"
        "  hint: did you mean 'status'?\n"
        "\n"
        "1 problem in 1 file\n"
    )


def test_a_program_gets_json(call, here):
    done = call("lint", "mine.yaml", "--format", "json", command="aioc")
    told = json.loads(done.out)
    assert (done.code, done.err) == (2, "")
    assert list(told) == ["files", "cases", "problems"]
    assert told["problems"] == [
        {
            "file": "mine.yaml",
            "line": 5,
            "column": 5,
            "what": "unknown word 'Status'",
            "hint": "did you mean 'status'?",
            "text": "  - Status: 200",
        }
    ]


def test_github_gets_an_annotation_a_line(call, here):
    done = call("lint", "mine.yaml", "--format", "github", command="aioc")
    assert (done.code, done.err) == (2, "")
    assert done.out == (
        "::error title=aioc lint,file=mine.yaml,line=5,col=5::unknown word 'Status'%0Ahint: did you mean 'status'?\n"
    )


def test_gitlab_gets_a_code_quality_report(call, here):
    done = call("lint", "mine.yaml", "--format", "gitlab", command="aioc")
    (row,) = json.loads(done.out)
    assert (done.code, done.err) == (2, "")
    assert len(row.pop("fingerprint")) == 64
    assert row == {
        "description": "unknown word 'Status' (hint: did you mean 'status'?)",
        "check_name": "aioc-lint",
        "severity": "critical",
        "location": {"path": "mine.yaml", "lines": {"begin": 5}},
    }


@pytest.mark.parametrize(
    ("form", "said"),
    [("text", "nothing to say\n"), ("github", "nothing to say\n"), ("gitlab", "[]\n"), ("json", "}\n")],
)
def test_nothing_to_say_is_said_in_every_form(call, here, form, said):
    (here / "mine.yaml").write_text(CASE.replace("Status", "status"))
    done = call("lint", "mine.yaml", "--format", form, command="aioc")
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith(said)
    assert form != "json" or json.loads(done.out)["problems"] == []


@pytest.mark.parametrize("form", ["text", "json", "github", "gitlab"])
def test_a_path_that_does_not_exist_is_a_problem_in_every_form(call, here, form):
    done = call("lint", "nope", "--format", form, command="aioc")
    assert done.code == 2
    assert "nope does not exist" in (done.err if form == "text" else done.out)
    if form in ("json", "gitlab"):
        assert len(json.loads(done.out)["problems"] if form == "json" else json.loads(done.out)) == 1


BAD = Path(__file__).parents[1] / "cases" / "bad"


def fingerprints(call, folder):
    return {row["fingerprint"] for row in json.loads(call("lint", folder, "--format", "gitlab", command="aioc").out)}


def test_a_fingerprint_stays_when_lines_move_and_no_two_are_the_same(call, here):
    """GitLab tells new problems from old ones by it: of every mistake of the corpus."""
    (here / "mine.yaml").unlink()
    for path in BAD.glob("*.yaml"):
        if "directive" not in path.name:  # a directive stands first
            (here / path.name).write_bytes(path.read_bytes())
    rows = json.loads(call("lint", ".", "--format", "gitlab", command="aioc").out)
    before = {row["fingerprint"] for row in rows}
    assert len(before) == len(rows) > 150
    for path in here.glob("*.yaml"):
        path.write_bytes(b"# one line\n# and another\n" + path.read_bytes())
    assert fingerprints(call, ".") == before


def test_a_fingerprint_tells_another_problem(call, here):
    one = fingerprints(call, "mine.yaml")
    (here / "mine.yaml").write_text(CASE.replace("Status: 200", "Statis: 200"))
    assert not one & fingerprints(call, "mine.yaml")


HOSTILE = "x%0A::error::gone\\u2028::warning::gone ##[error]gone, a:b\\n::set-output name=a::b \\x1b[31m"


def test_a_file_cannot_inject_a_command(call, here):
    """Whatever a text, a word or a name of a file holds: a line a problem, and each begins as it should."""
    (here / "a,b: ::error::c.yaml").write_text(CASE.replace("Status", f'"{HOSTILE}"'))
    (here / "mine.yaml").write_text(CASE.replace("Status: 200", f'status: 200\n  - path: "$.{HOSTILE}"'))
    done = call("lint", ".", "--format", "github", command="aioc")
    lines = done.out.split("\n")[:-1]
    assert len(done.out.splitlines()) == len(lines) == 2
    assert all(line.startswith("::error title=aioc lint,file=") for line in lines)
    assert lines[0].startswith(
        "::error title=aioc lint,file=a%2Cb%3A %3A%3Aerror%3A%3Ac.yaml,line=5,col=5::unknown word"
    )
    assert all("##[" not in line and "\x1b" not in line and "%250A" in line for line in lines)
    told = call("lint", ".", command="aioc").err
    assert "\x1b" not in told and "##[" not in told
    assert [line for line in told.splitlines() if line.startswith("::")] == []
    assert len(told.splitlines()) == 2 * 3 + 1 + 2 + told.count("hint:")


def test_who_made_four_mistakes_hears_of_four(call, tmp_path):
    (tmp_path / "greeting.yaml").write_text(
        "title: A greeting gets a greeting\nsource: a measurement\n"
        "request:\n  method: POST\n  path: v1/chat\n  json:\n    model: $model\n"
        "expect:\n  - path: $.choices.0.message\n    min_length: 1\n    const: $.a.0\n"
    )
    outcome = call("lint", tmp_path, command="aioc")
    places = [line.split("greeting.yaml:")[1].split(": ")[0] for line in outcome.err.splitlines() if "yaml:" in line]
    assert places == ["5:9", "7:12", "9:11", "10:5"]
