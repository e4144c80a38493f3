"""What the pretended model decides: text, JSON or tool calls, and where the token cap cuts them."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import field

from aioc.model.frozen import frozen
from aioc.reference.answer import ApiError, Json
from aioc.reference.schema_instance import instance
from aioc.reference.text import seed_of, tokenize, weigh, write


@frozen
class Tool:
    """A tool that the client offers."""

    name: str
    parameters: Json
    kind: str

    @property
    def key(self) -> str:
        """What a call of it is given under: a custom tool takes text, a function arguments."""
        return "input" if self.kind == "custom" else "arguments"


@frozen
class Ask:
    """A request in the words that chat and responses have in common; `mode` none, auto, required or named."""

    seed: int
    prompt: str
    tools: tuple[Tool, ...] = ()
    mode: str = "none"
    parallel: bool = True
    schema: Json = None
    cap: int | None = None
    stops: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)


@frozen
class Call:
    """A tool call; its input comes in pieces, and the cap may have cut it."""

    tool: Tool
    pieces: tuple[str, ...]
    whole: bool

    @property
    def input(self) -> str:
        """Arguments, or the text for a custom tool."""
        return "".join(self.pieces)


@frozen
class Outcome:
    """One choice: pieces of text, or calls, and why it ends (`stop`, `length` or `tool_calls`)."""

    pieces: tuple[str, ...]
    finish: str
    calls: tuple[Call, ...] = ()

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.pieces)

    @property
    def tokens(self) -> int:
        """How many tokens the choice has cost."""
        return len(self.pieces) + sum(len(call.pieces) for call in self.calls)


def decide(ask: Ask, index: int = 0) -> Outcome:
    """The choice of the given index; each index has a text of its own."""
    seed = seed_of(ask.seed, index)
    if tools := _called(ask):
        return _call(ask, tools, seed)
    said = weigh(write(seed, ask.prompt), ask.weights)
    whole = said if ask.schema is None else _dump(instance(ask.schema, seed))
    return limit(whole, ask.cap, ask.stops)


def limit(text: str, cap: int | None, stops: Iterable[str]) -> Outcome:
    """Cut at the first stop sequence, which is left out, or at the cap."""
    tokens = tokenize(text)
    kept = "".join(tokens[:cap])
    places = [kept.find(stop) for stop in stops if stop and stop in kept]
    if places:
        return Outcome(tuple(tokenize(kept[: min(places)])), "stop")
    return Outcome(tuple(tokens[:cap]), "stop" if cap is None or cap >= len(tokens) else "length")


def choose(choice: Json, tools: tuple[Tool, ...]) -> tuple[str, tuple[Tool, ...]]:
    """Read `tool_choice`, nested as in chat or flat as in responses: the mode and the tools it leaves."""
    if choice is None or isinstance(choice, str):
        if not tools and choice in ("auto", "required"):
            raise ApiError("'tool_choice' is only allowed when 'tools' are specified.", "tool_choice")
        return choice or "auto", tools
    kind = choice.get("type")
    inner = choice.get(kind, choice)
    if kind == "allowed_tools":
        named = [_name(tool) for tool in inner["tools"]]
        mode = inner["mode"]
    elif kind in ("function", "custom"):
        named, mode = [inner.get("name")], "named"
    else:
        return "auto", tools
    left = tuple(tool for tool in tools if tool.name in named)
    if not left:
        raise ApiError(f"Tool choice {named} not found in 'tools' parameter.", "tool_choice")
    return mode, left


def _called(ask: Ask) -> list[Tool]:
    if ask.mode == "none" or not ask.tools:
        return []
    prompt = ask.prompt.lower()
    meant = [tool for tool in ask.tools if set(_words(tool.name)) & set(_words(prompt))]
    if ask.mode == "auto" and not meant and "weather" not in prompt:
        return []
    first = (meant or list(ask.tools))[0]
    several = ask.parallel and ask.mode != "named" and " and " in prompt
    return [first, (meant[1:] or [first])[0]] if several else [first]


def _call(ask: Ask, tools: list[Tool], seed: int) -> Outcome:
    left, calls = ask.cap, []
    for number, tool in enumerate(tools):
        own = seed_of(seed, number)
        pieces = tuple(tokenize(write(own) if tool.kind == "custom" else _dump(_arguments(tool, own))))
        calls.append(Call(tool, pieces[:left], whole=left is None or left >= len(pieces)))
        left = None if left is None else left - len(calls[-1].pieces)
        if left == 0:
            break
    cut = not calls[-1].whole or len(calls) < len(tools)
    finish = "length" if cut else "stop" if ask.mode == "named" else "tool_calls"
    return Outcome((), finish, tuple(calls))


def _arguments(tool: Tool, seed: int) -> Json:
    value = instance(tool.parameters or {"type": "object"}, seed)
    return value if isinstance(value, dict) else {}


def _name(tool: Json) -> Json:
    inner = tool.get(str(tool.get("type")))
    return inner.get("name") if isinstance(inner, dict) else tool.get("name")


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\W_]+", text.lower()) if len(word) > 3]


def _dump(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
