"""`aioc try`: one case, what came and what each check saw; the exit codes of a run."""

import pytest

CASE = """title: A question gets an answer
source: a measurement
needs: [chat]
request:
  method: POST
  path: /v1/chat/completions
  json:
    model: ${model}
    messages: [{role: user, content: Hi}]
expect:
  - status: 200
  - path: $.object
    const: OBJECT
"""
INVARIANT = """title: An answer names its kind
source: a measurement
needs: [chat]
answers: {path: /v1/chat/completions, streamed: false}
expect:
  - path: $.object
    const: OBJECT
"""


@pytest.fixture
def tried(call, tmp_path, reference):
    """Try a case against the reference server."""

    def run(text, *options, url=reference.base_url):
        file = tmp_path / "mine.yaml"
        file.write_text(text)
        return call("try", file, *(options or ("--base-url", url)), command="aioc")

    return run


def test_a_case_that_holds_shows_the_exchange_and_each_value(tried):
    done = tried(CASE.replace("OBJECT", "chat.completion"))
    assert done.code == 0, done.err
    assert "request  POST /v1/chat/completions" in done.out
    assert '"object": "chat.completion",' in done.out  # laid out on lines
    assert "mine.yaml:12:5  `$.object` is `chat.completion`" in done.out
    assert 'saw  "chat.completion"' in done.out
    assert "PASS  local/mine" in done.out


def test_a_case_that_does_not_hold_is_one(tried):
    done = tried(CASE.replace("OBJECT", "chat"))
    assert done.code == 1
    assert "FAIL  local/mine" in done.out
    assert '$.object is not "chat"' in done.out


def test_the_embedded_server_needs_no_address(tried):
    assert tried(CASE.replace("OBJECT", "chat.completion"), "--server", "reference").code == 0


def test_an_invariant_is_put_to_the_answers_that_it_needs(tried):
    done = tried(INVARIANT.replace("OBJECT", "chat"))
    assert done.code == 1
    assert 'saw  "chat.completion"' in done.out
    assert tried(INVARIANT.replace("OBJECT", "chat.completion")).code == 0


def test_a_server_that_is_away_is_three(tried):
    done = tried(CASE, url="http://127.0.0.1:1")
    assert done.code == 3
    assert "no answer" in done.err


def test_a_fault_in_the_file_is_two_with_its_place(tried):
    done = tried(CASE.replace("const:", "consst:"))
    assert done.code == 2
    assert "mine.yaml:13:5" in done.err
    assert "did you mean 'const'?" in done.err


def test_a_folder_and_a_deadly_case_are_refused_with_what_does_it(tried, call, tmp_path):
    folder = call("try", tmp_path, command="aioc")
    assert (folder.code, f"aioc-run {tmp_path}" in folder.err) == (2, True)
    deadly = tried("danger: true\n" + CASE)
    assert deadly.code == 2
    assert "profile" in deadly.err
