"""`aioc new`: a case to begin with; what it writes passes lint, holds on the answer, and has no host and no secret."""

import io
import json

import pytest
from tests.servers import Peer, answering

KEY = "sk-live-1234567890abcdef"
CURL = """curl {url}/v1/chat/completions -H "Authorization: Bearer $SOME_KEY" -H "content-type: application/json" \\
 -d '{{"model": "gpt-4o", "messages": [{{"role": "user", "content": "It is: so # not"}}], "temperature": 1e-1}}'"""
CHAT = {
    "id": "x", "object": "chat.completion", "created": 1795787599, "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}  # fmt: skip


def http(value, status=b"200 OK"):
    body = json.dumps(value).encode()
    head = b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    return head % (status, len(body)) + body


@pytest.fixture
def aioc(call, tmp_path, monkeypatch):
    """Call `aioc` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: call(*arguments, command="aioc")


@pytest.fixture
def peer():
    """Give servers that answer everything alike."""
    started = []

    def start(value, status=b"200 OK"):
        started.append(Peer(answering(http(value, status))))
        return started[-1]

    yield start
    for server in started:
        server.close()


def test_a_skeleton_passes_lint_and_holds_on_the_reference_server(aioc, reference, tmp_path):
    made = aioc("new", "chat/mine")
    assert made.code == 0, made.err
    assert "written: chat/mine.yaml" in made.out
    assert "aioc-run . " in made.out  # a folder without a catalogue: how it is run
    assert "local/chat/mine" in made.out
    assert aioc("lint", "chat/mine.yaml").code == 0
    assert aioc("try", "chat/mine.yaml", "--base-url", reference.base_url).code == 0


def test_nothing_is_overwritten(aioc, tmp_path):
    (tmp_path / "mine.yaml").write_text("mine")
    again = aioc("new", "mine")
    assert (again.code, (tmp_path / "mine.yaml").read_text()) == (2, "mine")
    assert "is there already" in again.err


def test_a_curl_command_becomes_a_case_whose_checks_hold_on_the_answer(aioc, reference, tmp_path):
    made = aioc(
        "new", "chat/mine", "--from-curl", CURL.format(url="https://api.openai.com"), "--base-url", reference.base_url
    )
    assert made.code == 0, made.err
    text = (tmp_path / "chat/mine.yaml").read_text()
    assert "model: ${model}" in text
    assert "const: chat.completion" in text
    for foreign in ("api.openai.com", "Authorization", "SOME_KEY", "127.0.0.1", "gpt-4o"):
        assert foreign not in text
    assert "left out: the header Authorization" in made.out
    assert aioc("lint", ".").code == 0
    assert aioc("try", "chat/mine.yaml", "--base-url", reference.base_url).code == 0


def test_the_embedded_server_and_standard_input(aioc, monkeypatch, tmp_path):
    command = """curl localhost/v1/embeddings -d '{"model": "m", "input": ["a", "b"]}'"""
    monkeypatch.setattr("sys.stdin", io.StringIO(command))
    made = aioc("new", "e", "--from-curl", "-", "--server", "reference")
    assert made.code == 0, made.err
    text = (tmp_path / "e.yaml").read_text()
    assert "needs: [embeddings]" in text
    assert "${embedding_model}" in text
    assert "path: $.data[*].embedding" in text
    assert "aioc try e.yaml --server reference" in made.out


def test_a_file_of_the_command_comes_beside_the_case(aioc, tmp_path):
    (tmp_path / "in.wav").write_bytes(b"RIFF\x00\x00\x00\x00WAVE")
    made = aioc("new", "audio/mine", "--from-curl", "curl h.x/v1/audio/transcriptions -F model=w -F file=@in.wav")
    assert made.code == 0, made.err
    assert (tmp_path / "audio/in.wav").read_bytes() == (tmp_path / "in.wav").read_bytes()
    assert aioc("lint", "audio").code == 0


def test_without_a_server_nothing_is_sent(aioc, peer, tmp_path):
    server = peer(CHAT)
    made = aioc("new", "mine", "--from-curl", CURL.format(url=server.url))
    assert (made.code, server.requests) == (0, [])
    assert "nothing was sent" in made.out
    assert (tmp_path / "mine.yaml").read_text().count("  - ") == 2  # a message and the status
    assert aioc("lint", "mine.yaml").code == 0


def test_send_takes_the_key_to_its_own_host_and_nowhere_else(aioc, peer, monkeypatch, tmp_path):
    monkeypatch.setenv("SOME_KEY", KEY)
    own, other = peer(CHAT), peer(CHAT)
    made = aioc("new", "a", "--from-curl", CURL.format(url=own.url), "--send")
    assert made.code == 0, made.err
    assert f"Bearer {KEY}".encode() in own.requests[-1]
    assert b'"model": "gpt-4o"' in own.requests[-1]
    elsewhere = aioc("new", "b", "--from-curl", CURL.format(url=own.url), "--base-url", other.url)
    assert elsewhere.code == 0, elsewhere.err
    assert other.requests
    assert not any(KEY.encode() in request for request in other.requests)
    assert KEY not in made.out + made.err + (tmp_path / "a.yaml").read_text()


def test_a_key_that_the_server_repeats_is_masked(aioc, peer, monkeypatch, tmp_path):
    monkeypatch.setenv("SOME_KEY", KEY)
    server = peer({"error": {"message": f"Incorrect API key provided: {KEY}", "type": "x"}}, b"401 Unauthorized")
    made = aioc("new", "a", "--from-curl", CURL.format(url=server.url), "--send")
    text = (tmp_path / "a.yaml").read_text()
    assert "Incorrect API key provided: ***" in text
    assert KEY not in made.out + text


def test_a_variable_that_is_not_set_is_asked_for(aioc, peer):
    made = aioc("new", "a", "--from-curl", CURL.format(url=peer(CHAT).url), "--send")
    assert made.code == 2
    assert "SOME_KEY" in made.err


def test_a_server_that_deviates_is_told_in_the_file_and_not_copied(aioc, peer, tmp_path):
    server = peer({**CHAT, "object": "chat"})
    made = aioc("new", "a", "--from-curl", CURL.format(url=server.url), "--base-url", server.url)
    assert made.code == 0, made.err
    text = (tmp_path / "a.yaml").read_text()
    assert "# This answer is not as the API has it" in text
    assert "#   FAIL chat/obj/schema: $.object is not" in text
    assert "path: $.object" not in text
    assert "path: $.model" in text
    assert aioc("lint", "a.yaml").code == 0


def test_a_server_cannot_write_into_the_file_what_is_no_comment(aioc, peer, tmp_path):
    evil = "no\n  - status: 200\r\n\u2028needs: [x]\x1b[31m"
    server = peer({"error": {"message": evil, "type": evil}}, b"400 Bad Request")
    assert aioc("new", "a", "--from-curl", CURL.format(url=server.url), "--base-url", server.url).code == 0
    text = (tmp_path / "a.yaml").read_text()
    assert "status: 200" not in [line.strip().removeprefix("- ") for line in text.splitlines()]
    assert "\x1b" not in text
    assert aioc("lint", "a.yaml").code == 0


def test_no_answer_is_three_and_nothing_is_written(aioc, tmp_path):
    made = aioc("new", "chat/a", "--from-curl", "curl localhost:1/v1/models", "--send")
    assert made.code == 3
    assert "no answer" in made.err
    assert list(tmp_path.iterdir()) == []


def test_an_exchange_of_a_run_becomes_a_case(aioc, call, reference, tmp_path):
    run = tmp_path / "run.jsonl"
    chosen = ("--select", "models/get/unknown", "--select", "chat/basic")
    assert call("--base-url", reference.base_url, *chosen, "--journal", run).code == 0
    made = aioc("new", "a", "--from", run, "chat/basic")
    assert made.code == 0, made.err
    text = (tmp_path / "a.yaml").read_text()
    assert "model: ${model}" in text
    assert "const: chat.completion" in text
    made = aioc("new", "b", "--from", run, "models/get/unknown")
    assert made.code == 0, made.err
    assert "${model}" not in (tmp_path / "b.yaml").read_text().partition("request:")[2]
    assert aioc("lint", ".").code == 0
    assert aioc("try", "b.yaml", "--base-url", reference.base_url).code == 0
    missing = aioc("new", "c", "--from", run, "chat/basics")
    assert (missing.code, "did you mean 'chat/basic'?" in missing.err) == (2, True)
    beyond = aioc("new", "c", "--from", run, "chat/basic", "--exchange", "9")
    assert (beyond.code, "there is no number 9" in beyond.err) == (2, True)


def test_a_command_that_the_shell_took_apart_is_answered_with_the_way_to_paste_it(aioc):
    made = aioc("new", "a", "--from-curl", "curl h.x/v1/models -d ", "{model: m,", "messages: []}")
    assert made.code == 2
    assert "--from-curl -" in made.err


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["--send"], "nothing to send"), (["--base-url", "http://h"], "nothing to send"),
        (["--exchange", "1"], "--from"),
        (["--from-curl", "curl h.x/v1/models", "--from", "r.jsonl", "chat/basic"], "two ways to begin"),
        (["--from-curl", "curl h.x/v1/models", "--send", "--base-url", "http://h"], "own host"),
        (["--from-curl", "wget h.x"], "no curl command"), (["--from", "no.jsonl", "chat/basic"], "no.jsonl"),
        (["--from-curl", """curl h.x/v1/chat/completions -d '{"model": "m", "user": "${HOME}"}'"""], "${HOME}"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_bad_input_and_writes_nothing(aioc, tmp_path, options, what):
    made = aioc("new", "a/b", *options)
    assert made.code == 2
    assert what in made.err
    assert list(tmp_path.iterdir()) == []


def test_the_folder_may_be_another_than_where_one_is(aioc, tmp_path):
    (tmp_path / "cases").mkdir()
    made = aioc("new", "chat/mine", "--dir", "cases")
    assert made.code == 0, made.err
    assert (tmp_path / "cases/chat/mine.yaml").is_file()
    assert not (tmp_path / "chat").exists()
