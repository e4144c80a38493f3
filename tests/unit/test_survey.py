"""What is found out before the first case: server, version, models, the control route."""

import json
from dataclasses import replace

import pytest

from aioc.answer.read import read
from aioc.model.catalogue import Catalogue
from aioc.model.exchange import Failure, Transfer
from aioc.model.problem import BadInputError
from aioc.overlay import resolve
from aioc.read.check import Scope
from aioc.read.overlay import read_overlay
from aioc.read.parse import parse_document
from aioc.survey import NoAnswerError, Survey, versions

LLAMA = """
detect:
  - {get: /v1/models, header: server, const: llama.cpp}
  - {get: /props, path: "$.build_info", type: string}
version: {get: /props, path: "$.build_info", pattern: "^b?([0-9]+)"}
"""
SWAP = """
extends: llama
detect:
  - {get: /v1/models, path: "$.data[*].owned_by", const: llama-swap}
  - {get: /running, path: "$.running", type: array}
version: {get: /api/version, path: "$.version"}
"""
OTHER = """
detect:
  - {get: /v1/models, header: server, const: llama.cpp}
  - {get: /other, path: "$.yes", const: true}
"""


def catalogue(**texts):
    overlays = {
        name: read_overlay(Scope(parse_document(f"title: A server\n{text}".encode(), f"{name}.yaml")), name)
        for name, text in texts.items()
    }
    return Catalogue("t", "1", overlays=overlays)


def survey(routes, server="llama.cpp"):
    asked = []

    def ask(request):
        body = json.loads(request.content) if request.content else {}
        asked.append(f"{request.method} {request.target}")
        answer = routes.get((request.target, body.get("model")), routes.get(request.target, 404))
        if isinstance(answer, Failure):
            return read(Transfer(request, failure=answer))
        status, value = (answer, {}) if isinstance(answer, int) else (200, answer)
        if isinstance(answer, tuple):
            status, value = answer
        headers = (("content-type", "application/json"), ("server", server))
        return read(Transfer(request, status, headers, json.dumps(value).encode()))

    made = Survey(ask)
    return made, asked


MODELS = {"data": [{"id": "a", "owned_by": "llama-swap"}, {"id": "b", "status": {"value": "loaded"}}]}
SWAP_ROUTES = {
    "/v1/models": {"data": [{"id": "a", "owned_by": "llama-swap"}]},
    "/running": {"running": []},
    "/props": {"build_info": "b6673-d64c8104f"},
    "/api/version": {"version": "v217"},
}


def test_two_signs_make_a_server_and_the_most_derived_wins():
    known = catalogue(llama=LLAMA, swap=SWAP)
    made, _ = survey(SWAP_ROUTES)
    assert made.detect(known) == "swap"
    assert made.proof == ["server swap: /v1/models $.data[*].owned_by; /running $.running"]
    made, _ = survey({"/v1/models": {"data": []}, "/props": {"build_info": "b1"}})
    assert made.detect(known) == "llama"


def test_one_sign_is_no_server_and_that_is_said():
    made, _ = survey({"/v1/models": {"data": []}})
    assert made.detect(catalogue(llama=LLAMA)) is None
    assert made.proof == ["no overlay: the server is not recognised"]


def test_two_unrelated_servers_are_an_error_that_names_both():
    made, _ = survey({**SWAP_ROUTES, "/other": {"yes": True}})
    with pytest.raises(BadInputError, match="looks like other and like swap"):
        made.detect(catalogue(llama=LLAMA, swap=SWAP, other=OTHER))


def test_a_named_server_stands_and_a_mismatch_is_a_warning():
    known = catalogue(llama=LLAMA, swap=SWAP)
    made, _ = survey({"/v1/models": {"data": []}})
    made.doubt(resolve("swap", known))
    assert made.warnings[0].startswith("this does not look like swap: 0 of 2 signs hold")
    made, _ = survey(SWAP_ROUTES)
    made.doubt(resolve("swap", known))
    assert made.warnings == []


def test_each_product_has_its_version_and_each_question_is_asked_once():
    known = catalogue(llama=LLAMA, swap=SWAP)
    made, asked = survey(SWAP_ROUTES)
    made.detect(known)
    assert versions(made, known, resolve("swap", known)) == {"swap": "v217", "llama": "6673"}
    assert len(asked) == len(set(asked))


def test_a_version_is_read_from_a_chat_answer_where_a_proxy_hides_the_rest():
    text = LLAMA.replace(
        'version: {get: /props, path: "$.build_info", pattern: "^b?([0-9]+)"}',
        'version:\n  - {get: /props, path: "$.build_info"}\n'
        '  - {chat: true, path: "$.system_fingerprint", pattern: "^b([0-9]+)"}',
    )
    known = catalogue(llama=text)
    made, asked = survey({"/v1/models": MODELS, CHAT: {"system_fingerprint": "b11669-Debian"}})
    assert versions(made, known, resolve("llama", known), "a") == {"llama": "11669"}
    assert made.proof == ["version of llama: 11669 (a chat answer)"]
    assert versions(made, known, resolve("llama", known), None) == {}
    assert asked.count(f"POST {CHAT}") == 1


def test_a_route_that_cannot_exist_must_be_missing():
    made, _ = survey({})
    assert made.control()
    made, _ = survey({"/v1/aioc-no-such-route": {"ok": True}})
    assert not made.control()
    assert "answers routes that cannot exist" in made.warnings[0]


def test_a_server_that_is_away_is_no_bad_input_and_there_is_a_hint():
    made, _ = survey({"/v1/models": Failure("refused", "no connection: refused")})
    with pytest.raises(NoAnswerError, match="no answer from http://localhost:1: no connection: refused") as error:
        made.reach("http://localhost:1")
    assert "is the server running?" in error.value.problem.hint


def test_a_certificate_that_nobody_knows_is_bad_input():
    made, _ = survey({"/v1/models": Failure("tls", "TLS: unknown authority", "name it with --cacert")})
    with pytest.raises(BadInputError, match="no answer from https://x: TLS") as error:
        made.reach("https://x")
    assert error.value.problems[0].hint == "name it with --cacert"


CHAT, EMBED = "/v1/chat/completions", "/v1/embeddings"


def test_models_are_found_by_what_answers_and_loaded_ones_first():
    made, _ = survey({"/v1/models": MODELS, (CHAT, "b"): {}, (EMBED, "b"): 400, (EMBED, "a"): {}})
    assert made.roles({}) == {"model": "b", "embedding_model": "a"}
    assert made.proof[0] == f"model b: answers POST {CHAT}"


def test_what_a_model_declares_gives_it_a_role_that_nobody_was_given():
    sees = {"input_modalities": ["text", "image"], "output_modalities": ["text"]}
    listed = {
        "data": [{"id": "a"}, {"id": "b", "architecture": sees}, {"id": "c", "architecture": {"input_modalities": 5}}]
    }
    made, _ = survey({"/v1/models": listed, CHAT: {}, EMBED: 404})
    assert made.roles({})["vision_model"] == "b"
    assert "vision_model b: declares image in its input_modalities" in made.proof
    made, _ = survey({"/v1/models": listed, CHAT: {}, EMBED: 404})
    assert made.roles({"vision_model": "a"})["vision_model"] == "a"


def test_a_missing_endpoint_is_shown_with_the_first_model():
    made, _ = survey({"/v1/models": MODELS, CHAT: {}, EMBED: 501})
    assert made.roles({})["embedding_model"] == "b"


def test_a_given_model_stands_when_the_server_takes_it():
    made, _ = survey({"/v1/models": MODELS, (CHAT, "alias"): {}, EMBED: 404})
    assert made.roles({"model": "alias"})["model"] == "alias"


@pytest.mark.parametrize("error", [{"message": "no 'nope' here"}, {"message": "It does not exist.", "param": "model"}])
@pytest.mark.parametrize(("role", "target"), [("model", CHAT), ("embedding_model", EMBED), ("vision_model", CHAT)])
def test_a_given_model_that_the_server_does_not_know_is_refused_with_those_it_lists(role, target, error):
    made, _ = survey({"/v1/models": MODELS, (target, "nope"): (404, {"error": error}), CHAT: {}, EMBED: {}})
    with pytest.raises(BadInputError) as refused:
        made.roles({role: "nope"})
    assert refused.value.problems[0].what == f"the server has no model 'nope' ({role})"
    assert refused.value.problems[0].hint == "it lists: b, a"


def test_a_given_model_that_is_not_listed_is_warned_of_unless_there_is_no_list():
    made, asked = survey({"/v1/models": MODELS, CHAT: {}, EMBED: {}})
    made.roles({"model": "b", "tts_model": "voice"})
    assert made.warnings == ["tts_model voice: the server does not list it"]
    assert not [one for one in asked if "audio" in one]
    made, _ = survey({"/v1/models": 404, CHAT: {}, EMBED: {}})
    made.roles({"model": "alias", "tts_model": "voice"})
    assert made.warnings == []


@pytest.mark.parametrize(
    "error",
    [
        {"message": "This is not a chat model and thus not supported.", "param": "model"},
        {"message": "There is no POST /v1/embed here, nor /v1/embed-all."},
    ],
)
def test_a_refusal_of_something_else_does_not_make_a_model_unknown(error):
    made, _ = survey({"/v1/models": MODELS, CHAT: (404, {"error": error}), EMBED: (404, {"error": error})})
    assert made.roles({"model": "embed", "embedding_model": "embed"})["model"] == "embed"


def test_a_400_about_something_else_does_not_make_a_model_unknown():
    refusal = (400, {"error": {"message": "max_tokens is not supported"}})
    made, _ = survey({"/v1/models": MODELS, CHAT: refusal, EMBED: 404})
    assert made.roles({"model": "gpt-x"})["model"] == "gpt-x"


def test_a_server_for_embeddings_alone_has_no_chat_model():
    made, _ = survey({"/v1/models": MODELS, CHAT: 500, (EMBED, "a"): {}, (EMBED, "b"): 500})
    assert made.roles({}) == {"embedding_model": "a"}
    assert made.proof[0].startswith("no model (chat and completions): no model answers POST")


def test_models_that_refuse_are_not_the_last_ones_asked():
    names = [f"picture-{number}" for number in range(20)]
    listed = {"data": [{"id": name} for name in (*names, "chat")]}
    made, _ = survey({"/v1/models": listed, CHAT: 400, (CHAT, "chat"): {}, EMBED: 400})
    assert made.roles({}) == {"model": "chat"}


def test_refusals_that_take_their_time_may_have_loaded_a_model():
    names = {"data": [{"id": str(number)} for number in range(20)]}
    made, asked = survey({"/v1/models": names, CHAT: 400, EMBED: 404})
    answer = made.ask

    def slowly(request):
        exchange = answer(request)
        return replace(exchange, transfer=replace(exchange.transfer, total_ms=5000.0))

    made.ask = slowly
    made.roles({})
    assert asked.count(f"POST {CHAT}") == 5


def test_after_five_models_that_may_have_been_loaded_no_other_is():
    listed = {"data": [{"id": str(number)} for number in range(20)]}
    made, asked = survey({"/v1/models": listed, CHAT: 500, EMBED: 404})
    made.roles({})
    assert asked.count(f"POST {CHAT}") == 5
    assert "no model (chat and completions): none of the first 5 models answers POST /v1/chat/completions" in made.proof


def test_where_nothing_answers_the_first_listed_model_shows_it():
    made, _ = survey({"/v1/models": MODELS, CHAT: 500, EMBED: 500})
    assert made.roles({}) == {"model": "b"}


@pytest.mark.parametrize("status", [400, 500, 502])
def test_a_chat_that_nobody_gets_is_shown_though_another_endpoint_is_missing(status):
    made, _ = survey({"/v1/models": MODELS, CHAT: status, EMBED: 404})
    assert made.roles({})["model"] == "b"


@pytest.mark.parametrize("embeddings", [401, 404])
def test_a_server_that_refuses_every_model_for_want_of_a_key_is_not_asked_in_vain(embeddings):
    made, _ = survey({"/v1/models": MODELS, CHAT: 401, EMBED: embeddings})
    with pytest.raises(BadInputError, match="the server wants a key: the models are refused with 401"):
        made.roles({})


@pytest.mark.parametrize("cold", [503, Failure("refused", "no connection")], ids=["loading", "not up yet"])
def test_a_cold_server_is_waited_for(monkeypatch, cold):
    from aioc import survey as module

    monkeypatch.setattr(module, "RETRY_SECONDS", 0.01)
    made, asked = survey({"/v1/models": cold})
    made.wait = 0.05
    warm = {"/v1/models": {"data": []}}
    ask = made.ask
    made.ask = lambda request: survey(warm)[0].ask(request) if len(asked) >= 2 else ask(request)
    made.reach("http://x")
    assert asked == ["GET /v1/models"] * 2


def test_nobody_waits_unasked():
    made, asked = survey({"/v1/models": 503})
    made.get("/v1/models")
    assert asked == ["GET /v1/models"]


def test_no_model_at_all_is_bad_input():
    made, _ = survey({"/v1/models": {"data": []}})
    with pytest.raises(BadInputError, match="lists no model and none is given"):
        made.roles({})


def test_a_server_that_wants_a_key_is_not_said_to_have_no_model():
    made, _ = survey({"/v1/models": (401, {"error": {"message": "no key"}})})
    with pytest.raises(BadInputError, match="the server wants a key") as fault:
        made.roles({})
    assert "--api-key-env" in fault.value.problems[0].hint


@pytest.mark.parametrize("answer", [Failure("deadline", "no end within 20 s"), 500, 503])
def test_a_server_that_cannot_tell_its_models_now_is_no_bad_input(answer):
    made, _ = survey({"/v1/models": answer})
    with pytest.raises(NoAnswerError, match=r"GET /v1/models does not tell a model: (no end|status 50)"):
        made.roles({})
