"""A request becomes one of a case: no host, no secret, the model by its role, what it needs by the endpoint table."""

import json
from dataclasses import replace

import pytest
from tests.playing import catalogue

from aioc.author.asked import asked_of, split_url
from aioc.model.exchange import WireFile, WireRequest
from aioc.model.problem import BadInputError


def asked(target="/v1/chat/completions", body=None, method="POST", models=None, **more):
    content = json.dumps(body).encode() if body is not None else None
    return asked_of(WireRequest(method, target, **{"content": content, **more}), catalogue(), models)


@pytest.mark.parametrize(
    ("url", "base", "path"),
    [
        ("https://api.openai.com/v1/chat/completions", "https://api.openai.com", "/v1/chat/completions"),
        ("localhost:8080/v1/models?a=b", "http://localhost:8080", "/v1/models?a=b"),
        ("http://h/api/v1/rerank", "http://h/api", "/v1/rerank"),
        ("https://a/openai/deployments/x/chat/completions", "https://a/openai/deployments/x", "/v1/chat/completions"),
        ("$BASE/v1/models", "$BASE", "/v1/models"), ("${BASE}/v1/models", "${BASE}", "/v1/models"),
        ("http://h/health", "http://h", "/health"), ("http://h", "http://h", "/"),
    ],
)  # fmt: skip
def test_the_host_and_what_stands_before_v1_are_the_base_url(url, base, path):
    assert split_url(url) == (base, path)


@pytest.mark.parametrize(
    ("target", "body", "needs", "role"),
    [
        ("/v1/chat/completions", {"model": "m"}, ("chat",), "model"),
        ("/v1/chat/completions", {"model": "m", "stream": True, "tools": [{}]}, ("chat", "stream", "tools"), "model"),
        ("/v1/chat/completions", {"model": "m", "stream": False}, ("chat",), "model"),
        ("/v1/chat/completions", {"model": "m", "response_format": {"type": "text"}}, ("chat", "json"), "model"),
        ("/v1/chat/completions", {"model": "m", "messages": [{"content": [{"image_url": {}}]}]}, ("chat", "vision"),
         "vision_model"),
        ("/v1/embeddings", {"model": "m"}, ("embeddings",), "embedding_model"),
        ("/v1/rerank", {"model": "m"}, ("rerank",), "rerank_model"),
        ("/v1/audio/speech", {"model": "m"}, ("speech",), "tts_model"),
        ("/v1/responses", {"model": "m"}, ("responses",), "model"),
        ("/v1/moderations", {"model": "m"}, ("moderations",), "moderation_model"),
        ("/v1/images/generations", {"model": "m"}, ("images",), "image_model"),
        ("/v1/files/f1/content", None, ("files",), ""),
        ("/apply-template", {"model": "m"}, (), "model"),
    ],
)  # fmt: skip
def test_capabilities_and_the_role_follow_from_the_endpoint_table(target, body, needs, role):
    made = asked(target, body)
    assert (made.needs, made.role) == (needs, role)
    if role:
        assert (made.request["json"]["model"], made.model) == (f"${{{role}}}", "m")


def test_the_model_in_a_path_and_in_a_form():
    made = asked("/v1/models/org%2Fm", method="GET")
    assert (made.request["path"], made.model) == ("/v1/models/${model}", "org/m")
    made = asked("/v1/audio/transcriptions", form=(("model", "w"), ("t[]", "a"), ("t[]", "b")))
    assert made.request["form"] == {"model": "${stt_model}", "t[]": ["a", "b"]}


def test_of_a_run_only_the_model_that_played_the_role_becomes_its_name():
    models = {"model": "m"}
    assert asked(body={"model": "m"}, models=models).request["json"]["model"] == "${model}"
    assert asked(body={"model": "no-such-model"}, models=models).request["json"]["model"] == "no-such-model"
    assert asked("/v1/models/other", method="GET", models=models).request["path"] == "/v1/models/other"


SECRET = ("Authorization", "api-key", "X-Api-Key", "Cookie", "X-Auth-Token", "Proxy-Authorization", "X-Client-Secret")


@pytest.mark.parametrize("name", SECRET)
def test_no_secret_header_is_kept_and_each_is_told(name):
    made = asked(body={}, headers=((name, "hunter2"), ("X-Team", "red")))
    assert made.request["headers"] == {"x-team": "red"}
    assert "hunter2" not in repr(replace(made, told=()))
    assert any(name in line for line in made.told)


def test_no_secret_parameter_is_kept():
    made = asked("/v1/models?key=hunter2&limit=2", method="GET")
    assert made.request["path"] == "/v1/models?limit=2"
    assert any("key" in line for line in made.told)


def test_a_key_in_the_body_is_refused():
    with pytest.raises(BadInputError, match="key"):
        asked(body={"model": "m", "user": "sk-abcdefgh12345678ijkl"})


def test_headers_that_say_only_which_program_asked_are_left_out():
    noise = [(name, "x") for name in ("User-Agent", "Accept", "Origin", "sec-ch-ua", "Host", "x-stainless-os")]
    made = asked(body={}, headers=(*noise, ("content-type", "application/json")))
    assert "headers" not in made.request


def test_a_header_that_the_shell_fills_in_is_told():
    made = asked(body={}, headers=(("OpenAI-Organization", "$ORG"),))
    assert "headers" not in made.request
    assert any("OpenAI-Organization" in line for line in made.told)


@pytest.mark.parametrize(
    "raw", [b'{"a": 1, "a": 2}', b"{model: m}", b'{"a": NaN}', b"[1,", b'{"a": 1e999}', b'{"a": "\\ud800"}']
)
def test_a_body_that_is_no_plain_json_stays_as_it_stands(raw):
    made = asked(content=raw)
    assert made.request["raw"] == raw.decode()
    assert "json" not in made.request
    assert "headers" not in made.request  # sent as JSON all the same, as the command would


def test_a_body_that_is_a_form_says_so():
    made = asked(content=b"a=1&b=2")
    assert made.request["headers"] == {"content-type": "application/x-www-form-urlencoded"}


def test_a_small_text_stands_in_the_case_and_a_sound_beside_it():
    files = (
        WireFile("file", "in.jsonl", "application/json", b"{}\n"),
        WireFile("image", "../a b.png", "image/png", b"\x89"),
    )
    made = asked("/v1/files", files=files)
    assert made.request["files"]["file"] == {"text": "{}\n", "name": "in.jsonl", "type": "application/json"}
    (name,) = made.attachments
    assert "/" not in name
    assert not name.startswith(".")
    assert made.request["files"]["image"]["path"] == name


def test_a_path_with_a_letter_missing_is_asked_about():
    assert any("/v1/chat/completions" in line for line in asked("/v1/chat/completion", {}).told)
    assert asked("/v1/chat/completions", {}).told == ()
    assert asked("/props", method="GET").told == ()
