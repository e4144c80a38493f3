"""Where a stream cannot be put together, why; and the streams of the other endpoints."""

from typing import Any

import pytest
from tests.growth import QUADRATIC, growth

from aioc.answer.assemble import accumulate

from .chunks import ID, choice, chunk, refused, whole


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ([], "the stream has no chunk"),
        ([{"type": "ping"}], "the stream has no chunk"),
        (
            [chunk(choice({"content": "x"})), {"error": {"message": "out of memory"}}],
            "event 2 is an error: out of memory",
        ),
        ([{"error": "boom"}], "event 1 is an error: boom"),
        ([{"error": {"code": 1}}], "event 1 is an error: None"),
        ([chunk(choice(None))], "chunk 1 has a choice without a delta"),
        ([chunk(choice({})), chunk({"index": 0})], "chunk 2 has a choice without a delta"),
        ([chunk({"delta": {}})], "chunk 1 has a choice without an index"),
        ([chunk(choice({}, "0"))], "chunk 1 has a choice without an index"),
        ([chunk("x")], "chunk 1 has a choice without an index"),
        ([{**ID, "choices": None}], "chunk 1 has no list of choices"),
        ([ID], "chunk 1 has no list of choices"),
        (
            [chunk(choice({"tool_calls": [{"index": 0}]})), chunk(choice({"tool_calls": [{"id": "a"}]}))],
            "a delta has a list whose items have no index",
        ),
    ],
)
def test_where_the_client_raises_nothing_is_assembled_and_it_says_why(data: list[Any], problem: str) -> None:
    assert refused(*data) == problem


def test_an_error_that_is_null_is_none() -> None:
    assert whole(chunk(choice({"content": "x"}), error=None))["choices"][0]["message"]["content"] == "x"


def test_a_long_error_is_cut() -> None:
    assert len(refused({"error": {"message": "x" * 9999}})) == 300


def test_completions_grow_by_text() -> None:
    one = {"id": "c", "object": "text_completion", "choices": [{"index": 0, "text": "a", "finish_reason": None}]}
    two = {**one, "choices": [{"index": 0, "text": "b", "finish_reason": "stop", "logprobs": {"tokens": ["b"]}}]}
    usage = {**one, "choices": [], "usage": {"total_tokens": 2}}
    assert whole(one, two, usage, target="/v1/completions?x=1") == {
        "id": "c",
        "object": "text_completion",
        "choices": [{"index": 0, "text": "ab", "finish_reason": "stop", "logprobs": {"tokens": ["b"]}}],
        "usage": {"total_tokens": 2},
    }


@pytest.mark.parametrize("kind", ["completed", "incomplete", "failed"])
def test_the_response_is_that_of_the_terminal_event(kind: str) -> None:
    response = {"id": "r", "status": kind, "output": [{"type": "message"}]}
    created = {"type": "response.created", "response": {"id": "r", "output": []}}
    data = (created, {"type": f"response.{kind}", "response": response}, {"type": "late"})
    for target in ("/v1/responses", "/v1/responses/r?stream=true", "/api/v1/responses/"):
        assert whole(*data, target=target) == response


def test_a_terminal_response_without_output_has_the_items_that_were_done() -> None:
    items = [{"type": "response.output_item.done", "output_index": index, "item": index} for index in (1, 0)]
    end = {"type": "response.completed", "response": {"id": "r", "output": None}}
    assert whole(*items, end, target="/v1/responses") == {"id": "r", "output": [0, 1]}


@pytest.mark.parametrize("data", [[], [{"type": "response.created", "response": {}}], [{"type": "response.completed"}]])
def test_responses_without_a_terminal_event_are_not_whole(data: list[Any]) -> None:
    assert refused(*data, target="/v1/responses").startswith("the stream ends without response.completed")


def test_streams_of_other_endpoints_are_not_put_together() -> None:
    assert refused({"a": 1}, target="/v1/audio/speech").endswith("ask for `events:`")


def test_a_deep_delta_is_refused_and_no_recursion_error() -> None:
    deep: Any = {}
    for _ in range(5000):
        deep = {"a": deep}
    assert refused(chunk(choice(deep))) == "the stream is nested too deep to be put together"


def test_many_pieces_take_no_quadratic_time() -> None:
    pieces = [chunk(choice({"content": "x" * 20}))] * 50_000
    assert len(whole(*pieces)["choices"][0]["message"]["content"]) == 1_000_000
    assert growth(lambda number: whole(*pieces[:number]), 4000) < QUADRATIC


@pytest.mark.parametrize(
    ("first", "second", "sum_"),
    [
        ({"a": 1}, {"a": 2}, {"a": 3}),
        ({"a": 1}, {"a": "x"}, {"a": 1}),
        ({"a": {}}, {"a": None}, {"a": {}}),
        ({"type": 1}, {"type": 2}, {"type": 2}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [1, 2, 3]}),
        ({"a": None}, {"a": [{"index": 0, "b": 1}]}, {"a": [{"index": 0, "b": 1}]}),
    ],
)
def test_deltas_add_up_as_in_the_client(first: Any, second: Any, sum_: Any) -> None:
    made: dict[str, Any] = {}
    accumulate(made, first)
    accumulate(made, second)
    assert made == sum_
