"""Inner validators made once say what those say that jsonschema makes anew each time."""

import copy
import json

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import extend

from aioc.judge import descend, kept
from aioc.judge.schema import Validator, shapes

ANEW = extend(Draft202012Validator, Validator.VALIDATORS, type_checker=Validator.TYPE_CHECKER)
CHAT = {
    "id": "x",
    "object": "chat.completion",
    "created": 1700000000,
    "model": "m",
    "choices": [
        {
            "index": 0,
            "finish_reason": "stop",
            "logprobs": None,
            "message": {
                "role": "assistant",
                "content": "hi",
                "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
            },
        }
    ],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}
SCHEMA = {
    "schema": "chat.completion",
    "properties": {
        "choices": {"items": {"properties": {"index": {"not": {"const": 7}}, "message": {"type": "object"}}}},
        "id": {"if": {"const": "x"}, "then": True, "else": False},
        "usage": {"contains": {"type": "integer"}, "anyOf": [{"required": ["total_tokens"]}, {"type": "null"}]},
    },
}
STRANGE = [None, True, 7, 1.0, "text", [], [7], {}, {"index": 7}]


def places(value, path=()):
    yield path
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(item, (*path, key))


def changed():
    """The answer with one value after the other taken away or made strange."""
    yield CHAT
    for path in list(places(CHAT))[1:]:
        for strange in ["absent", *STRANGE]:
            answer = copy.deepcopy(CHAT)
            parent = answer
            for key in path[:-1]:
                parent = parent[key]
            if strange == "absent":
                del parent[path[-1]]
            else:
                parent[path[-1]] = strange
            yield answer


def told(made, answer):
    return [
        (error.message, list(error.absolute_path), error.validator, error.instance, getattr(error, "severity", None))
        for error in made.iter_errors(answer)
    ]


@pytest.mark.parametrize("most", [kept.MAX_KEPT, 3], ids=["all are kept", "forgotten all the time"])
def test_the_same_errors(most, monkeypatch):
    monkeypatch.setattr(kept, "MAX_KEPT", most)
    ours, theirs = Validator(SCHEMA, registry=shapes()), ANEW(SCHEMA, registry=shapes())
    answers = list(changed())
    found = [told(ours, answer) for answer in answers]
    assert [json.dumps(one) for one in found] == [json.dumps(told(theirs, answer)) for answer in answers]
    assert sum(map(bool, found)) > 100
    assert not found[0]


def test_what_is_kept_is_bounded():
    for number in range(kept.MAX_KEPT + 10):
        list(Validator({"items": {"const": number}}).iter_errors([0]))
    assert len(descend._INNER) <= kept.MAX_KEPT


def test_what_else_stands_there_is_told_in_the_order_of_the_answer():
    schema = {"properties": {"b": {}}, "patternProperties": {"^x-": {}}, "additionalProperties": {"type": "string"}}
    answer = dict.fromkeys(("z", "b", "m", "x-a", "a", "k", "c"), 1)
    assert [list(error.absolute_path) for error in Validator(schema).iter_errors(answer)] == [[n] for n in "zmakc"]
    assert [error.message for error in Validator({"additionalProperties": False}).iter_errors({"b": 1, "a": 2})] == [
        "Additional properties are not allowed ('a', 'b' were unexpected)"
    ]
