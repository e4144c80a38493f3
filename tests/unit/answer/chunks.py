"""Streams for the tests of the assembled answer, and the two ways in which putting together can end."""

from typing import Any

from aioc.answer.assemble import assemble
from aioc.model.problem import ABSENT

CHAT = "/v1/chat/completions"
ID = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m"}


def chunk(*choices: Any, **more: Any) -> dict[str, Any]:
    return {**ID, "choices": list(choices), **more}


def choice(delta: Any, index: Any = 0, **more: Any) -> dict[str, Any]:
    return {"index": index, "delta": delta, "finish_reason": None, **more}


def whole(*data: Any, target: str = CHAT) -> Any:
    made, problem = assemble(target, data)
    assert problem == "" and made is not ABSENT
    return made


def refused(*data: Any, target: str = CHAT) -> str:
    made, problem = assemble(target, data)
    assert made is ABSENT
    return problem
