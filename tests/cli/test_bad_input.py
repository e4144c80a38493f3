"""Bad input: one clear line, a hint and exit code 2 for each, before anything is sent (or as soon as it shows)."""

import os
import socket

import pytest


def case_file(tmp_path, text=""):
    path = tmp_path / "mine.yaml"
    path.write_text(
        text
        or "title: The models are listed\nsource: a measurement\n"
        "request: {method: GET, path: /v1/models}\nexpect:\n  - status: 200\n"
    )
    return path


def refuses(outcome, what, hint=""):
    assert outcome.code == 2
    assert "Traceback" not in outcome.err
    lines = outcome.err.splitlines()
    assert what in lines[0], outcome.err
    assert not hint or any(hint in line for line in lines if "hint:" in line), outcome.err


@pytest.fixture
def nobody():
    """Give a URL at which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{sock.getsockname()[1]}"


def test_no_server_given(call):
    refuses(call(), "no server is given", "--base-url http://localhost:8080, or --server reference")


def test_unknown_server(call):
    refuses(call("--server", "lama.cpp", "--base-url", "http://x"), "no server 'lama.cpp'", "did you mean 'llama.cpp'?")


def test_a_server_that_is_away_is_no_bad_input(call, nobody, tmp_path):
    """A CI engine tries again what could not be judged (3), and never bad input."""
    outcome = call("--base-url", nobody, "--journal", tmp_path / "run.jsonl")
    assert (outcome.code, outcome.out, list(tmp_path.iterdir())) == (3, "", [])
    assert f"no answer from {nobody}" in outcome.err and "is the server running?" in outcome.err


def test_a_base_url_that_is_none(call):
    refuses(call("--base-url", "ftp://x"), "'ftp://x' is no http URL", "such as http://localhost:8080")


def test_no_model(call, silent):
    outcome = call("--base-url", silent, "--server", "none", "--select", "chat/basic")
    refuses(outcome, "the server lists no model and none is given", "give one with --model")


def test_a_role_that_nobody_plays_is_skip(call, reference, tmp_path):
    text = (
        "title: It says something\nsource: a measurement\nneeds: [chat]\nrequest:\n  method: POST\n"
        "  path: /v1/chat/completions\n  json: {model: '${rerank_model}'}\nexpect:\n  - status: 200\n"
    )
    outcome = call(case_file(tmp_path, text), "--base-url", reference.base_url, "-v")
    assert outcome.code == 0
    assert "no model plays rerank_model (give one with --rerank-model)" in outcome.out


def test_a_model_that_the_server_does_not_have(call, reference):
    outcome = call("--base-url", reference.base_url, "--model", "gpt-nothing")
    refuses(outcome, "the server has no model 'gpt-nothing'", "it lists: reference-chat")


def test_an_empty_directory(call, tmp_path):
    refuses(call(tmp_path, "--server", "reference"), f"there is no case under {tmp_path}", "a case is a .yaml file")


def test_a_path_that_does_not_exist(call, tmp_path):
    refuses(call(tmp_path / "nope", "--server", "reference"), "nope does not exist", "give a folder of cases")


@pytest.mark.parametrize("kind", ["folder", "fifo"])
def test_a_file_that_cannot_be_read(call, tmp_path, kind):
    path = tmp_path / "mine.yaml"
    if kind == "folder":
        path.mkdir()
        path = case_file(tmp_path / "mine.yaml")
        path.unlink()
        path.symlink_to("/nonexistent.yaml")
        path = path.parent
    else:
        os.mkfifo(path)
    outcome = call(path, "--server", "reference")
    assert outcome.code == 2
    assert "Traceback" not in outcome.err
    assert "mine.yaml" in outcome.err


@pytest.mark.parametrize("option", ["--select", "--deselect"])
def test_a_glob_that_selects_nothing(call, nobody, option):
    outcome = call("--base-url", nobody, option, "chat/basik")
    refuses(outcome, "no case is called 'chat/basik'", "did you mean 'chat/basic'?")


def test_invariants_alone(call):
    outcome = call("--server", "reference", "--select", "err/envelope")
    refuses(outcome, "only invariants are selected", "--select 'chat/**'")


def test_an_address_in_the_place_of_a_folder(call):
    refuses(call("http://localhost:8080"), "does not exist", "an address is given with --base-url")


def test_unknown_profile(call, nobody):
    outcome = call("--base-url", nobody, "--profile", "smok")
    refuses(outcome, "no profile 'smok'", "did you mean 'smoke'?")


def test_a_mistake_in_a_profile_of_ones_own(call, nobody, tmp_path):
    profile = tmp_path / "mine.yaml"
    profile.write_text("title: Mine\ncases: [chat/basic, chat/tool/requierd]\n")
    outcome = call("--base-url", nobody, "--profile", profile)
    assert outcome.code == 2 and "mine.yaml:2:21: no case is called 'chat/tool/requierd'" in outcome.err


@pytest.mark.parametrize("option", ["--junit", "--journal"])
def test_a_report_that_cannot_be_written(call, tmp_path, option):
    outcome = call("--server", "reference", option, tmp_path / "none" / "out")
    refuses(outcome, "cannot be written: there is no folder", "choose another path")
    refuses(call("--server", "reference", option, tmp_path), "cannot be written: it is a folder")


def test_a_journal_is_not_overwritten_by_accident(call, tmp_path, reference):
    journal = tmp_path / "old.jsonl"
    journal.write_text("mine")
    outcome = call("--base-url", reference.base_url, "--journal", journal)
    refuses(outcome, "old.jsonl cannot be written: it exists", "choose another path, or say --force")
    assert journal.read_text() == "mine"


def test_a_key_variable_that_is_not_set(call):
    outcome = call("--base-url", "http://x", "--api-key-env", "NO_SUCH_KEY")
    refuses(outcome, "'NO_SUCH_KEY' (of --api-key-env) is not set", "keys come from the environment only")


def test_a_header_that_is_no_pair(call):
    refuses(call("--base-url", "http://x", "--header", "X-Team"), "--header 'X-Team' is not NAME=ENV")


def test_certificate_and_key_belong_together(call):
    refuses(call("--base-url", "https://x", "--cert", "a.pem"), "--cert and --key belong together")


@pytest.mark.parametrize("option", ["--replay", "--baseline", "--last-failed"])
def test_a_journal_that_is_none(call, tmp_path, option, reference):
    path = tmp_path / "not.jsonl"
    path.write_text("{}\n")
    refuses(call("--base-url", reference.base_url, option, path), f"{path}:1:1: this is no journal of aioc")
    refuses(call("--base-url", reference.base_url, option, tmp_path / "no.jsonl"), "cannot be read")


def test_every_problem_of_every_file_is_told_before_anything_is_sent(call, tmp_path, nobody):
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(
            "title: The models are listed\nsource: a measurement\n"
            "request: {method: GET, path: /v1/models}\nexpekt:\n  - status: 200\n"
        )
    outcome = call(tmp_path, "--base-url", nobody)
    assert outcome.code == 2
    assert outcome.err.count("unknown word 'expekt'") == 2
    assert outcome.err.count("hint: did you mean 'expect'?") == 2
    assert "^" in outcome.err  # the caret under the word
    assert "no answer" not in outcome.err


def test_an_own_overlay_that_points_nowhere(call, tmp_path, nobody):
    overlay = tmp_path / "mine.yaml"
    overlay.write_text(
        "title: My server\ndeviations:\n  - case: chat/basik\n    check: status\n    instead: {const: 404}\n"
        "    reason: A client notices that.\n    source: a measurement\n"
    )
    outcome = call("--base-url", nobody, "--overlay", overlay)
    refuses(outcome, "there is no case 'chat/basik'", "did you mean 'chat/basic'?")


def test_an_unknown_option(call):
    refuses(call("--base-ulr", "http://x"), "error: no such option '--base-ulr'", "did you mean")
    refuses(call("nop", command="aioc"), "error: no such command 'nop'", "aioc --help")
    refuses(call("probe", command="aioc"), "error: missing argument 'URL'", "aioc probe [OPTIONS] URL")
    refuses(call("--base-url"), "option '--base-url' requires an argument", "aioc-run --help")


@pytest.mark.parametrize(
    ("option", "value", "what"),
    [
        ("--jobs", "0", "--jobs: 0 is not in the range 1 to 64"),
        ("--max-fail", "0", "--max-fail: 0 is not in the range 1 or more"),
        ("--max-body", "1.5", "--max-body: '1.5' is not a valid whole number"),
        ("--wait", "x", "--wait: 'x' is not a valid number"),
        ("--label", "a b", "--label: 'a b' is no label"),
        ("--fail-on", "x", "--fail-on: 'x' is not one of"),
    ],
)
def test_a_value_that_is_none(call, option, value, what):
    refuses(call("--base-url", "http://x", option, value), what, "aioc-run --help")


@pytest.mark.parametrize("option", ["--base-url", "--model", "--api-key-env", "--server", "--journal", "--profile"])
def test_an_empty_value_is_a_variable_that_is_not_set(call, option, monkeypatch):
    refuses(call(option, ""), f"{option}: the value is empty", "aioc-run --help")
    monkeypatch.setenv(f"AIOC_{option[2:].upper().replace('-', '_')}", "")  # as CI engines hand on what nobody gave
    assert "the value is empty" not in call("--server", "reference", "--dry-run", "--select", "models/list").err


def test_an_empty_path_is_not_the_folder_where_one_stands(call):
    refuses(call("", "--server", "reference"), "the value is empty")
    refuses(call("probe", "", command="aioc"), "URL: the value is empty")


def test_a_key_in_the_place_of_a_name_is_not_shown(call):
    for options in (
        ["--api-key-env", "sk-do-not-show"],
        ["--header", "Authorization=sk-do-not-show"],
        ["--header", "Authorization: Bearer sk-do-not-show"],
    ):
        outcome = call("--base-url", "http://x", *options)
        refuses(outcome, options[0])
        assert "do-not-show" not in outcome.err


@pytest.mark.parametrize("options", [["--query", "=a"], ["--header", "X-Team="]])
def test_a_pair_of_which_half_is_missing(call, options):
    refuses(call("--base-url", "http://x", *options), f"{options[0]} ", options[0])


@pytest.mark.parametrize("url", ["ftp://x", "socks5://user:secret@x", "http://x:y"])
def test_a_proxy_that_is_none(call, url):
    outcome = call("--base-url", "http://x", "--proxy", url)
    refuses(outcome, "--proxy: ", "such as http://localhost:3128")
    assert "secret" not in outcome.err


def test_a_proxy_that_is_away_is_named_without_its_password(call, nobody):
    proxy = nobody.replace("//", "//me:secret@")
    outcome = call("--base-url", "http://x", "--proxy", proxy)
    assert outcome.code == 3
    assert f"no answer from http://x through the proxy {nobody}: no connection: " in outcome.err
    assert "secret" not in outcome.err and "Errno" not in outcome.err


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_certificates_that_cannot_be_used(call, tmp_path, scheme):
    pem = tmp_path / "bad.pem"
    pem.write_text("no certificate")
    base_url = f"{scheme}://127.0.0.1:9"
    refuses(call("--base-url", base_url, "--cacert", pem), f"{pem} cannot be used", "PEM")
    refuses(call("--base-url", base_url, "--cert", pem, "--key", pem), f"{pem} cannot be used", "PEM")
    refuses(call("--base-url", base_url, "--cacert", tmp_path), f"{tmp_path} is no file", "PEM")


def test_a_base_url_of_another_place(call, reference):
    outcome = call("--base-url", f"{reference.base_url}/nope", "--select", "chat/basic")
    refuses(outcome, "GET /v1/models is answered with 404", "is its address right")


def test_two_reports_in_one_file(call, tmp_path):
    out = tmp_path / "out"
    refuses(call("--server", "reference", "--html", out, "--journal", out), "both name", "a file of its own")
    refuses(call("report", "run.jsonl", "--html", out, "--junit", out, command="aioc"), "both name")


def test_a_replay_has_nothing_to_dry_run(call):
    refuses(call("--replay", "run.jsonl", "--dry-run"), "a replay sends nothing", "leave one of them out")


def test_a_file_of_another_kind(call, tmp_path):
    case = case_file(tmp_path)
    for option, kind in (("--overlay", "an overlay"), ("--server", "an overlay"), ("--profile", "a profile")):
        outcome = call("--base-url", "http://127.0.0.1:9", option, case, "--dry-run")
        refuses(outcome, f"mine.yaml:1:1: this is a case, not {kind}", "aioc-run FILE")
    overlay = tmp_path / "server.yaml"
    overlay.write_text("title: My server\nlacks: []\n")
    refuses(call("--server", "reference", "--profile", overlay, "--dry-run"), "this is an overlay", "--overlay")


def test_a_run_that_was_killed_is_not_all_fine(call, tmp_path):
    """Its journal has no line of what was not got to: --last-failed asks for that, --replay has nothing to judge."""
    whole, torn = tmp_path / "whole.jsonl", tmp_path / "torn.jsonl"
    assert call("--server", "reference", "--select", "models/*", "--journal", whole, "-q").code == 0
    torn.write_text("".join(whole.read_text().splitlines(keepends=True)[:1]))
    refuses(call("--server", "reference", "--last-failed", whole), "everything was fine", "leave --last-failed out")
    outcome = call("--server", "reference", "--last-failed", torn, "--dry-run")
    assert (outcome.code, "models/list: curl" in outcome.out) == (0, True)
    refuses(call("--replay", torn), f"{torn}:1:1: this run ended before its first case")


@pytest.mark.parametrize("word", ["none", "auto", "reference"])
def test_words_of_a_run_are_no_servers_elsewhere(call, word):
    outcome = call("list", "--server", word, command="aioc")
    refuses(outcome, f"there is no server '{word}'")
    assert f"did you mean '{word}'" not in outcome.err


@pytest.mark.parametrize(
    ("item", "what"), [("=1", "is not NAME=VERSION"), ("llama.cpp=", "is not NAME=VERSION"), ("x=1", "no such overlay")]
)
def test_a_version_of_nothing(call, tmp_path, item, what):
    refuses(call("judge", tmp_path, "--version-of", item, "--server", "llama.cpp", command="aioc"), what)


def test_judge_writes_over_no_journal(call, tmp_path):
    journal = tmp_path / "old.jsonl"
    journal.write_text("mine")
    refuses(call("judge", tmp_path, "--journal", journal, command="aioc"), "it exists", "--force")
    assert journal.read_text() == "mine"


def test_show_from_a_run_wants_an_id(call, tmp_path):
    journal = tmp_path / "run.jsonl"
    assert call("--server", "reference", "--select", "models/list", "--journal", journal, "-q").code == 0
    outcome = call("show", "mine.yaml", "--from", journal, command="aioc")
    refuses(outcome, "mine.yaml is a file", "local/my-case")
    refuses(call("show", "x/y", "--from", journal, command="aioc"), "no case 'x/y'", "known: models/list")


def test_judge_without_an_exchange(call, tmp_path):
    refuses(call("judge", tmp_path, command="aioc"), "there is no recorded exchange")
    (tmp_path / "a.json").write_text("[1]")
    refuses(call("judge", tmp_path, command="aioc"), "this is no recorded exchange")
