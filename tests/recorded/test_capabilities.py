"""Which recorded refusal means "this server does not have it", and that no other server error does."""

import json
from dataclasses import replace

import pytest
from tests.playing import cases, catalogue

from aioc.surface import unsupported

from .servers import answered, exchanges, roles_of

SAY_SO = [
    ("llama-cpp-python-0.3.36-default", "embeddings-basic", "embeddings"),
    ("llama-cpp-python-0.3.36-default", "chat-json-schema-no-schema", "json"),
    ("llama-cpp-python-0.3.36-default", "chat-input-audio", "audio-in"),
    ("xinference-4.1.0-transformers", "audio-speech", "speech"),
    ("xinference-4.1.0-transformers", "audio-transcriptions-tone", "transcriptions"),
    ("xinference-4.1.0-transformers", "audio-translations-tone", "translations"),
    ("ollama-0.33.0-rc2-default", "audio-transcriptions-tone", "transcriptions"),
    ("ollama-0.33.0-rc2-default", "chat-input-audio", "audio-in"),
    ("ollama-0.33.0-rc2-default", "chat-image-url", "vision"),
    ("ollama-0.33.0-rc2-go-template", "audio-transcriptions-tone", "transcriptions"),
    ("ollama-0.33.0-rc2-go-template", "chat-image-url", "vision"),
]
TOLD = [
    # Recorded in set-ups that are not kept here: xinference-4.1.0, ollama-0.33.0-rc2-extra-capabilities, -extra-media.
    ("images", 500, {"detail": "[address=127.0.0.1:39237, pid=1] Model x is not for creating image."}),
    ("images-edits", 500, {"detail": "[address=127.0.0.1:39237, pid=1] Model x is not for creating image."}),
    ("chat", 400, {"error": {"message": '"embed" does not support chat', "type": "invalid_request_error"}}),
    ("responses", 400, {"error": {"message": '"embed" does not support chat', "type": "invalid_request_error"}}),
    ("completions", 400, {"error": {"message": '"embed" does not support generate', "type": "invalid_request_error"}}),
    ("transcriptions", 400, {"error": {"message": '"embed" does not support chat', "type": "invalid_request_error"}}),
]
ACCIDENTS = [
    ("llama-cpp-python-0.3.36-default", "chat-image-url"),  # a template that adds a list to a text
    ("llama-cpp-python-0.3.36-default", "completions-batch"),
    ("llama-cpp-python-0.3.36-default", "err-chat-malformed-json"),
    ("llama-cpp-python-0.3.36-default", "chat-developer-role"),
    ("llama-cpp-python-0.3.36-function-calling", "chat-tools-required"),
    ("xinference-4.1.0-transformers", "completions-basic"),
    ("xinference-4.1.0-transformers", "err-chat-temperature-string"),
    ("ollama-0.33.0-rc2-think", "chat-tools-required"),
]


def refused(capability, transfer):
    """Give the capability's showing case this answer: whether it says "not there"."""
    row = catalogue().capabilities[capability]
    case = cases()[row.shown_by]
    return unsupported(row, answered(case, transfer, roles_of(transfer))) is not None


def one(set_up, name):
    return dict(exchanges(set_up))[name]


@pytest.mark.parametrize(("set_up", "name", "capability"), SAY_SO)
def test_what_says_that_it_is_not_there_is_believed(set_up, name, capability):
    assert refused(capability, one(set_up, name))


@pytest.mark.parametrize(("capability", "status", "body"), TOLD, ids=lambda value: str(value)[:40])
def test_what_was_recorded_elsewhere_too(capability, status, body):
    answer = one("xinference-4.1.0-transformers", "audio-speech")
    assert refused(capability, replace(answer, status=status, body=json.dumps(body).encode()))


@pytest.mark.parametrize("capability", sorted(catalogue().capabilities))
@pytest.mark.parametrize(("set_up", "name"), ACCIDENTS)
def test_any_other_server_error_is_none_of_that(set_up, name, capability):
    answer = one(set_up, name)
    assert answer.status == 500
    assert not refused(capability, answer)
