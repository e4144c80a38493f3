"""Which damage is known to break a mainstream client (research/clients.md §2, facts §1.2 A)."""

import re

# Places by endpoint, as patterns over `/a/*/b`.
TIER_A: tuple[tuple[str, str], ...] = (
    (r"/chat/completions", r"/(id|object|model|choices|created)"),
    (r"/chat/completions", r"/choices/\*/(index|message|finish_reason|delta)"),
    (r"/chat/completions", r"/choices/\*/(message|delta)/(role|content|tool_calls)"),
    (r"/chat/completions", r"/choices/\*/(message|delta)/tool_calls/\*(\(function\))?/(id|type|index|function)"),
    (
        r"/chat/completions",
        r"/choices/\*/(message|delta)/tool_calls/\*(\(function\))?/function/(name|arguments)",
    ),
    (r"/(chat/)?completions", r"/usage(/(prompt|completion|total)_tokens)?"),
    (r"/completions", r"/(id|object|model|choices|created)"),
    (r"/completions", r"/choices/\*/(index|text|finish_reason)"),
    (r"/responses", r"(/response)?/(id|object|status|output|model|created_at|error|incomplete_details)"),
    (r"/responses", r"(/response)?/output/\*(\(\w+\))?/(id|type|role|status|content|call_id|name|arguments|summary)"),
    (r"/responses", r"(/response)?/output/\*\(message\)/content/\*(\(\w+\))?/(type|text|annotations)"),
    (r"/responses", r"(/response)?/usage(/(input|output|total)_tokens)?"),
    (r"/responses", r"/(type|sequence_number|delta|item_id|output_index|content_index|item|part|arguments|text)"),
    (r"/responses", r"/(item|part)/(id|type|role|call_id|name|arguments|text)"),
    (r"/embeddings", r"/(object|data|model|usage)"),
    (r"/embeddings", r"/data/\*/(embedding|index|object)"),
    (r"/embeddings", r"/usage/(prompt|total)_tokens"),
    (r"/models.*", r"/(object|data|id)"),
    (r"/models", r"/data/\*/(id|object|created|owned_by)"),
    (r"/audio/transcriptions", r"/(text|segments|words|duration|language)(/\*/(start|end|text|word|id))?"),
    (r"/images/\w+", r"/(created|data)(/\*/(b64_json|url))?"),
    (r"/moderations", r"/(id|results)(/\*/(flagged|categories|category_scores))?"),
    (r"/(files|batches|uploads)(/.*)?", r"/(id|object|status|bytes|filename|purpose|created_at|data|deleted|has_more)"),
    (r".*", r"/error(/message)?"),  # type, code and param are tier B (facts §1.2)
)
STREAM_FACT = re.compile(r"fact (still_open|clean_close|close_after)")
HARM = re.compile(
    r" (drop|null|number|string|object|list|empty|eos|fraction \.0|fraction \.5|boolean|parsed|twice|thousandfold|"
    r"without first|without last|first twice|equal \w+)$"
)
FRAMING_A = re.compile(
    r"^(no \[DONE\]|only \[DONE\]|one more|event after|event dropped|event twice|events swapped|cut before|no events|"
    r"no blank line|field error|empty data|data that is|data not JSON|frame without|id line|error event|usage in|"
    r"empty object|invalid UTF-8|half a frame|trailing|duplicate key|NaN|1e999|lone|comment)"
)
OTHER_A = re.compile(
    r"^(body |page of HTML|JSON text: (?!trailing newline)|text (cut|without)|bytes |status (200|404|500)|error \d|"
    r"fact (still_open|clean_close|close_after|content_undecoded)|header content-type (dropped|text/html))(?!.*, whole)"
)


def tier_a(answer: str, name: str, kind: str) -> bool:
    """Whether this damage is known to break a mainstream client."""
    path = answer.split()[1].removeprefix("/v1")
    if kind == "facts" and STREAM_FACT.search(name) and not answer.endswith(" stream"):
        return False  # how a stream ends; a plain answer that ends wrongly is no answer (ERROR)
    if kind in ("header", "status", "facts", "body", "text", "binary"):
        return bool(OTHER_A.search(name))
    if kind == "framing":
        return bool(FRAMING_A.search(name)) and not name.endswith(", whole")
    if name.startswith(("spread", "drift")):
        return bool(re.search(r"/(role|finish_reason|usage|id|name|type|sequence_number|item_id|created|index)$", name))
    if name.startswith(("usage in", "a call")):
        return True
    if name.endswith((" eos", " empty")) and not re.search(r"/(finish_reason|role|object|type|status) ", name):
        return name.endswith(" empty") and bool(re.search(r"/(id|choices|data|output|call_id|name|arguments) ", name))
    if name.endswith(" thousandfold"):
        return "created" in name
    place = re.search(r"(?:^| )(/[^ ]*)", name)
    if place is None or not HARM.search(name):
        return False
    return any(re.fullmatch(where, path) and re.fullmatch(what, place[1]) for where, what in TIER_A)
