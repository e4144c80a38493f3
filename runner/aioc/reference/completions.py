"""POST /v1/completions, the legacy endpoint: batches of prompts, token prompts, echo and flat logprobs."""

from collections.abc import Iterator

from aioc.reference.answer import Answer, ApiError, Json, chat_like, in_turns
from aioc.reference.chat import refuse_long, stop_list
from aioc.reference.chat_rules import SAMPLING, STOP, STREAM_OPTIONS
from aioc.reference.checks import array, boolean, checked, either, integer, text
from aioc.reference.models import require
from aioc.reference.request import Request
from aioc.reference.store import Store, now
from aioc.reference.text import WORDS, Text, candidates, count, limit, seed_of, tokenize, weigh, write

_DEFAULT_CAP = 16
_FIELDS = {
    **SAMPLING,
    "model": text(), "prompt": either(text(), array(either(text(), integer(0), array(integer(0), 1)), 1)),
    "max_tokens": integer(0), "best_of": integer(0, 20), "echo": boolean,
    "suffix": text(), "logprobs": integer(0, 5), "stop": STOP, "stream_options": STREAM_OPTIONS,
}  # fmt: skip


def create(request: Request, store: Store) -> Answer:
    """Answer every prompt n times; the index of a choice is prompt times n plus its number."""
    body = checked(request.json(), _FIELDS, "model")
    require(body["model"], "chat")
    times, streamed = body.get("n", 1), body.get("stream", False)
    if body.get("best_of", times) < times or (streamed and body.get("best_of", 1) > times):
        raise ApiError("'best_of' has to be at least 'n', and cannot be streamed.", "best_of", "invalid_value")
    if "stream_options" in body and not streamed:
        raise ApiError("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options")
    prompts = _prompts(body.get("prompt", "<|endoftext|>"))
    counts = [count(prompt + body.get("suffix", "")) for prompt in prompts]
    refuse_long(max(counts), "prompt")
    texts = [_text(prompt, number, body) for prompt in prompts for number in range(times)]
    echoed = [tokenize(prompt) if body.get("echo") else [] for prompt in prompts for _ in range(times)]
    spent = sum(len(one.tokens) for one in texts)
    head = {
        "id": store.new_id("cmpl-"),
        "object": "text_completion",
        "created": now(),
        "model": body["model"],
    }
    total = {"prompt_tokens": sum(counts), "completion_tokens": spent, "total_tokens": sum(counts) + spent}
    top = body.get("logprobs")
    if streamed:
        return _stream(
            head,
            texts,
            echoed,
            top,
            total if (body.get("stream_options") or {}).get("include_usage") else None,
        )
    choices = [
        _choice(index, [*echo, *one.tokens], len(echo), top, one.finish)
        for index, (one, echo) in enumerate(zip(texts, echoed, strict=True))
    ]
    return Answer(body={**head, "choices": choices, "usage": total})


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


def _text(prompt: str, number: int, body: dict[str, Json]) -> Text:
    whole = weigh(" " + write(seed_of(prompt, number, body.get("seed")), prompt), body.get("logit_bias", {}))
    return limit(whole, body.get("max_tokens", _DEFAULT_CAP), list(stop_list(body)))


def _choice(index: int, tokens: list[str], echoed: int, top: int | None, finish: str | None, start: int = 0) -> Json:
    found = None if top is None else _logprobs(tokens, echoed, top, start)
    return {"text": "".join(tokens), "index": index, "logprobs": found, "finish_reason": finish}


def _logprobs(tokens: list[str], echoed: int, top: int, start: int) -> Json:
    offsets: list[int] = []
    values: list[float | None] = []
    tops: list[dict[str, float] | None] = []
    for token in tokens:
        # Nothing comes before the first token of an echoed prompt, so it has no probability.
        first = echoed > 0 and start == 0 and not offsets
        offsets.append(start + len("".join(tokens[: len(offsets)])))
        found = candidates(token, top)
        values.append(None if first else found[0][1])
        tops.append(None if first else dict(found[: max(1, top)]))
    return {
        "tokens": tokens,
        "token_logprobs": values,
        "top_logprobs": tops if top else None,
        "text_offset": offsets,
    }


def _stream(head: Json, texts: list[Text], echoed: list[list[str]], top: int | None, total: Json) -> Answer:
    extra = {} if total is None else {"usage": None}
    writers = [_parts(index, one, echo, top) for index, (one, echo) in enumerate(zip(texts, echoed, strict=True))]
    chunks = [{**head, "choices": [part], **extra} for part in in_turns(writers)]
    return chat_like([*chunks, {**head, "choices": [], "usage": total}] if total else chunks)


def _parts(index: int, one: Text, echo: list[str], top: int | None) -> Iterator[Json]:
    start = 0
    for token in [*echo, *one.tokens]:
        yield _choice(index, [token], len(echo), top, None, start)
        start += len(token)
    yield _choice(index, [], 0, None, one.finish)
