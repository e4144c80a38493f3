"""`aioc lint`: of files outside the catalogue too, each as what it is."""

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
    ],
)
def test_its_mistakes_are_those_of_an_overlay(lint, before, after, place, what, hint):
    done = lint(OVERLAY.replace(before, after))
    assert done.code == 2
    first = done.err.splitlines()[0]
    assert place in first and what in first
    assert hint in done.err
    assert "1 problems" in done.err


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
