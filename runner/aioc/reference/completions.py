"""POST /v1/completions, the legacy endpoint: batches of prompts, token prompts, echo and flat logprobs."""

from collections.abc import Iterator
from itertools import accumulate

from aioc.reference.answer import Answer, ApiError, Json, chat_like
from aioc.reference.chat import stop_list
from aioc.reference.chat_rules import SAMPLING, check_stream_options
from aioc.reference.chat_stream import chunks
from aioc.reference.checks import array, boolean, checked, either, integer, text
from aioc.reference.engine import Outcome, limit
from aioc.reference.models import refuse_long, require
from aioc.reference.request import Request
from aioc.reference.store import Store, now
from aioc.reference.text import WORDS, candidates, count, seed_of, tokenize, weigh, write

_DEFAULT_CAP = 16
_FIELDS = {
    **SAMPLING,
    "model": text(), "prompt": either(text(), array(either(text(), integer(0), array(integer(0), 1)), 1)),
    "max_tokens": integer(0), "best_of": integer(0, 20), "echo": boolean, "suffix": text(), "logprobs": integer(0, 5),
}  # fmt: skip


def create(request: Request, store: Store) -> Answer:
    """Answer every prompt n times; the index of a choice is prompt times n plus its number."""
    body = checked(request.json(), _FIELDS, "model")
    require(body["model"], "chat")
    times, streamed = body.get("n", 1), body.get("stream", False)
    if body.get("best_of", times) < times or (streamed and body.get("best_of", 1) > times):
        raise ApiError("'best_of' has to be at least 'n', and cannot be streamed.", "best_of", "invalid_value")
    check_stream_options(body)
    prompts = _prompts(body.get("prompt", "<|endoftext|>"))
    counts = [count(prompt + body.get("suffix", "")) for prompt in prompts]
    refuse_long(max(counts), "prompt")
    pairs = [
        (tokenize(prompt) if body.get("echo") else [], _outcome(prompt, number, body))
        for prompt in prompts for number in range(times)
    ]  # fmt: skip
    spent = sum(outcome.tokens for _, outcome in pairs)
    usage = {"prompt_tokens": sum(counts), "completion_tokens": spent, "total_tokens": sum(counts) + spent}
    head = {"id": store.new_id("cmpl-"), "object": "text_completion", "created": now(), "model": body["model"]}
    top = body.get("logprobs")
    if streamed:
        writers = [_parts(index, echo, outcome, top) for index, (echo, outcome) in enumerate(pairs)]
        return chat_like(chunks(head, writers, usage, body))
    choices = [
        _choice(index, [*echo, *outcome.pieces], len(echo), top, outcome.finish)
        for index, (echo, outcome) in enumerate(pairs)
    ]
    return Answer(body={**head, "choices": choices, "usage": usage})


def _prompts(prompt: Json) -> list[str]:
    if isinstance(prompt, str):
        return [prompt]
    if all(isinstance(one, int) for one in prompt):
        return [_decoded(prompt)]
    if any(isinstance(one, int) for one in prompt):
        raise ApiError("Invalid 'prompt': a list has to be all text or all tokens.", "prompt", "invalid_type")
    return [one if isinstance(one, str) else _decoded(one) for one in prompt]


def _decoded(tokens: list[int]) -> str:
    # The ids are of some tokenizer that nobody knows; any word will do, as long as it is always the same.
    return "".join(f" {WORDS[token % len(WORDS)]}" for token in tokens)


def _outcome(prompt: str, number: int, body: dict[str, Json]) -> Outcome:
    whole = weigh(" " + write(seed_of(prompt, number, body.get("seed")), prompt), body.get("logit_bias", {}))
    return limit(whole, body.get("max_tokens", _DEFAULT_CAP), stop_list(body))


def _choice(index: int, tokens: list[str], echoed: int, top: int | None, finish: str | None, start: int = 0) -> Json:
    found = None if top is None else _logprobs(tokens, echoed, top, start)
    return {"text": "".join(tokens), "index": index, "logprobs": found, "finish_reason": finish}


def _logprobs(tokens: list[str], echoed: int, top: int, start: int) -> Json:
    found = [candidates(token, top) for token in tokens]
    values: list[float | None] = [first for (_, first), *_ in found]
    tops: list[dict[str, float] | None] = [dict(some) for some in found]
    if echoed and start == 0:
        # Nothing comes before the first token of an echoed prompt, so it has no probability.
        values[0] = tops[0] = None
    offsets = list(accumulate(map(len, tokens), initial=start))[:-1]
    return {
        "tokens": tokens, "token_logprobs": values, "top_logprobs": tops if top else None, "text_offset": offsets,
    }  # fmt: skip


def _parts(index: int, echo: list[str], outcome: Outcome, top: int | None) -> Iterator[Json]:
    start = 0
    for token in [*echo, *outcome.pieces]:
        yield _choice(index, [token], len(echo), top, None, start)
        start += len(token)
    yield _choice(index, [], 0, None, outcome.finish)
