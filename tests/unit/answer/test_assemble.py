"""A stream put together as the official client does it."""

import copy
from typing import Any

import pytest

from aioc.answer.assemble import assemble
from aioc.model.problem import ABSENT

from .chunks import choice, chunk, whole


def test_content_grows_and_the_object_is_the_plain_one() -> None:
    assert whole(
        chunk(choice({"role": "assistant", "content": ""})),
        chunk(choice({"content": "Hel"})),
        chunk(choice({"content": "lo"})),
        chunk(choice({}, finish_reason="stop")),
    ) == {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"},
        ],
    }


def test_pieces_of_tool_calls_find_each_other_by_index() -> None:
    def call(index: int, **more: Any) -> dict[str, Any]:
        return choice({"tool_calls": [{"index": index, **more}]})

    made = whole(
        chunk(call(0, id="a", type="function", function={"name": "add", "arguments": ""})),
        chunk(call(0, function={"arguments": '{"x":'})),
        chunk(call(1, id="b", type="function", function={"name": "sub", "arguments": "{"})),
        chunk(call(0, function={"arguments": " 1}"})),
        chunk(call(1, type="function", function={"arguments": "}"})),
        chunk(choice({}, finish_reason="tool_calls")),
    )
    assert made["choices"][0]["message"]["tool_calls"] == [
        {"index": 0, "id": "a", "type": "function", "function": {"name": "add", "arguments": '{"x": 1}'}},
        {"index": 1, "id": "b", "type": "function", "function": {"name": "sub", "arguments": "{}"}},
    ]
    assert made["choices"][0]["finish_reason"] == "tool_calls"


def test_a_repeated_id_or_name_of_a_tool_call_concatenates_as_in_the_client() -> None:
    piece = {"tool_calls": [{"index": 0, "id": "a", "type": "function", "function": {"name": "f"}}]}
    made = whole(chunk(choice(piece)), chunk(choice(piece)))
    assert made["choices"][0]["message"]["tool_calls"] == [
        {"index": 0, "id": "aa", "type": "function", "function": {"name": "ff"}}
    ]


def test_two_choices_interleaved_are_sorted_apart() -> None:
    made = whole(
        chunk(choice({"content": "b"}, 1), choice({"content": "a"}, 0)),
        chunk(choice({"content": "A"}, 0)),
        chunk(choice({"content": "B"}, 1, finish_reason="length")),
        chunk(choice({}, 0, finish_reason="stop")),
    )
    assert [(one["message"]["content"], one["finish_reason"]) for one in made["choices"]] == [
        ("aA", "stop"),
        ("bB", "length"),
    ]


def test_usage_is_that_of_the_last_chunk() -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
    made = whole(chunk(choice({"content": "x"}), usage=None), chunk(usage=usage, system_fingerprint="f"))
    assert made["usage"] == usage and made["system_fingerprint"] == "f" and len(made["choices"]) == 1
    made = whole(chunk(usage=usage, system_fingerprint="f"), chunk(choice({"content": "x"})))
    assert "usage" not in made and "system_fingerprint" not in made


def test_logprobs_grow() -> None:
    made = whole(
        chunk(choice({"content": "a"}, logprobs={"content": [{"token": "a"}], "refusal": None})),
        chunk(choice({"content": "b"}, logprobs={"content": [{"token": "b"}], "refusal": [{"token": "no"}]})),
        chunk(choice({}, logprobs=None, finish_reason="stop")),
    )
    assert made["choices"][0]["logprobs"] == {
        "content": [{"token": "a"}, {"token": "b"}],
        "refusal": [{"token": "no"}],
    }


def test_logprobs_that_begin_as_null_grow_too() -> None:
    made = whole(chunk(choice({}, logprobs=None)), chunk(choice({}, logprobs={"content": [{"token": "a"}]})))
    assert made["choices"][0]["logprobs"] == {"content": [{"token": "a"}]}


def test_other_fields_of_the_delta_and_of_the_chunks_stay() -> None:
    made = whole(
        chunk(choice({"reasoning_content": "hm", "content": None}), service_tier="default", obfuscation="x"),
        chunk(choice({"reasoning_content": "m", "content": "x", "extra": {"n": 1, "s": "a"}})),
        chunk(choice({"extra": {"n": 2, "s": "b"}, "content": None})),
    )
    message = made["choices"][0]["message"]
    assert message == {"reasoning_content": "hmm", "content": "x", "extra": {"n": 3, "s": "ab"}}
    assert made["service_tier"] == "default" and "obfuscation" not in made


def test_the_events_stay_as_they_came() -> None:
    data = [
        chunk(choice({"tool_calls": [{"index": 0, "function": {"arguments": "a"}}]}, logprobs={"content": [1]})),
        chunk(choice({"tool_calls": [{"index": 0, "function": {"arguments": "b"}}]}, logprobs={"content": [2]})),
    ]
    before = copy.deepcopy(data)
    whole(*data)
    assert data == before


def test_pings_and_azures_first_chunk_are_overlooked() -> None:
    made = whole(
        {"object": "", "choices": [], "prompt_filter_results": []}, {"type": "ping"}, 7, chunk(choice({"content": "x"}))
    )
    assert made["id"] == "c1" and made["choices"][0]["message"] == {"content": "x"}


def test_chunks_without_their_object_are_read_all_the_same() -> None:
    made = whole({"id": "z", "choices": [choice({"content": "x"})]})
    assert made == {"id": "z", "choices": [{"message": {"content": "x"}, "index": 0, "finish_reason": None}]}


def test_a_chunk_without_its_object_is_read_beside_one_that_has_it() -> None:
    made = whole({"choices": [choice({"content": "a"})]}, {"ping": 1}, chunk(choice({"content": "b"})))
    assert made["choices"][0]["message"]["content"] == "ab"


@pytest.mark.parametrize("kind", [{}, [], 5, None])
def test_an_event_whose_type_is_no_text_ends_nothing(kind: Any) -> None:
    value, problem = assemble("/v1/responses", [{"type": kind, "response": {"output": []}}])
    assert value is ABSENT and problem.startswith("the stream ends without response.completed")
