"""Which damage is known to break a mainstream client that was run: the facts (tier A), and no other.

Not here, because no client that was run minds: a missing member that was null, `created` in milliseconds, members of
an echo (tools, text.format), an empty id of an answer, what a model says (values inside JSON arguments and texts,
half a sound, an equal picture), one of many entries of a list of stored objects.
"""

import re

from aioc.coverage.fields import endpoint_of

CHAT = r"/v1/chat/completions"
RESPONSES = r"/v1/responses(/\{id\})?"
_CALL = r"(\(function\))?"
WRONG = ("drop", "null", "number", "string", "object", "list", "fraction .0", "fraction .5", "boolean", "parsed")
"""A member that is not there, or of another type."""
FEWER = ("empty", "without first", "without last", "first twice")
"""A list that lost something, or has it twice; a text without a letter."""

# Endpoint, place (over `/a/*/b`), and what happens to it.
TIER_A: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (CHAT, r"/(id|object|model|created)", WRONG),
    (CHAT, r"/choices", (*WRONG, *FEWER, "equal index")),
    (CHAT, r"/choices/\*/(index|message|finish_reason|delta)", WRONG),
    (CHAT, r"/choices/\*/finish_reason", ("empty", "eos")),
    (CHAT, r"/choices/\*/message/(role|content|tool_calls)", WRONG),
    (CHAT, r"/choices/\*/delta/role", WRONG),
    (CHAT, r"/choices/\*/(message|delta)/role", ("eos",)),
    (CHAT, r"/choices/\*/delta/(content|tool_calls)", ("number", "object", "list")),  # absent and null are alike
    (CHAT, r"/choices/\*/(message|delta)/tool_calls", (*FEWER[1:], "equal id", "equal index")),
    (CHAT, rf"/choices/\*/message/tool_calls/\*{_CALL}/(id|type|function)", WRONG),
    (CHAT, rf"/choices/\*/delta/tool_calls/\*{_CALL}/(id|type|index|function)", WRONG),
    (CHAT, rf"/choices/\*/message/tool_calls/\*{_CALL}/function/(name|arguments)", (*WRONG, "empty", "twice")),
    (CHAT, rf"/choices/\*/delta/tool_calls/\*{_CALL}/function/name", WRONG),
    (CHAT, rf"/choices/\*/delta/tool_calls/\*{_CALL}/function/arguments", ("number", "object", "list", "parsed")),
    (CHAT, rf"/choices/\*/(message|delta)/tool_calls/\*{_CALL}/id", ("empty",)),
    (r"/v1/(chat/)?completions", r"/usage(/(prompt|completion|total)_tokens)?", WRONG),
    (r"/v1/completions", r"/(id|object|model|created)", WRONG),
    (r"/v1/completions", r"/choices", (*WRONG, *FEWER, "equal index")),
    (r"/v1/completions", r"/choices/\*/(index|text|finish_reason)", WRONG),
    (RESPONSES, r"(/response)?/(id|object|status|model|created_at)", WRONG),
    (RESPONSES, r"(/response)?/output", (*WRONG, "empty", "equal call_id")),
    (RESPONSES, r"(/response)?/output/\*(\(\w+\))?/(id|type|role|call_id|name|arguments)", WRONG),
    (RESPONSES, r"(/response)?/output/\*(\(\w+\))?/(type|call_id|name|arguments)", ("empty",)),
    (RESPONSES, r"(/response)?/output/\*(\(\w+\))?/type", ("eos",)),
    (RESPONSES, r"(/response)?/output/\*\(message\)/content", (*WRONG, *FEWER)),
    (RESPONSES, r"(/response)?/output/\*\(message\)/content/\*(\(\w+\))?/(type|text|annotations)", WRONG),
    (RESPONSES, r"(/response)?/output/\*\(message\)/content/\*(\(\w+\))?/type", ("empty", "eos", "word text")),
    (RESPONSES, r"(/response)?/usage(/(input|output|total)_tokens)?", WRONG),
    (RESPONSES, r"/(type|delta|item_id|output_index|content_index|item|part|arguments|text)", WRONG),
    (RESPONSES, r"/type", ("empty", "eos")),
    (RESPONSES, r"/(item|part)/(id|type|role|call_id|name|text)", WRONG),
    (RESPONSES, r"/(item|part)/type", ("empty", "eos", "word text")),
    (RESPONSES, r"/item/(call_id|name)", ("empty",)),
    (r"/v1/embeddings", r"/(object|model|usage)", WRONG),
    (r"/v1/embeddings", r"/data", (*WRONG, *FEWER, "swapped", "reversed", "rotated", "equal index")),
    (r"/v1/embeddings", r"/data/\*/(embedding|index|object)", WRONG),
    (r"/v1/embeddings", r"/data/\*/embedding", ("strings", "empty")),
    (r"/v1/embeddings", r"/usage/(prompt|total)_tokens", WRONG),
    (r"/v1/models(/\{\w+\})?", r"/(object|data|id)", WRONG),
    (r"/v1/models", r"/data/\*/(id|object|created|owned_by)", WRONG),
    (r"/v1/audio/transcriptions", r"/(text|segments|words|duration|language)(/\*/(start|end|text|word|id))?", WRONG),
    (r"/v1/images/\w+", r"/(created|data)(/\*/(b64_json|url))?", WRONG),
    (r"/v1/images/\w+", r"/data", FEWER),
    (r"/v1/moderations", r"/(id|results)(/\*/(flagged|categories|category_scores))?", WRONG),
    (
        r"/v1/(files|batches|uploads)(/.*)?",
        r"/(id|object|status|bytes|filename|purpose|created_at|data|deleted|has_more)",
        WRONG,
    ),
)
ERROR = re.compile(r"/error(/message)?")  # type, code and param are tier B: the SDKs choose the exception by the status
EVENTS_A = re.compile(  # of a stream: any client
    r"^(cut before|no events|only \[DONE\]|no blank line|field error|empty data|data that is|data not JSON|"
    r"frame without|error event|empty object|invalid UTF-8|half a frame|duplicate key|NaN|1e999|lone)"
)
CHAT_EVENTS_A = re.compile(  # of a stream that ends with [DONE]
    r"^(no \[DONE\]|one more|event after|event dropped|event twice|events swapped|comment|id line|trailing|usage in)"
)
SOUND = re.compile(r"\baudio\b|partial_image")
"""Which piece of a sound or a picture is missing nobody can tell, and no client was run on them."""
SPREAD = {
    "spread": re.compile(rf"/(choices/\*/finish_reason|usage)|/tool_calls/\*{_CALL}/(id|function/name)"),
    "drift": re.compile(rf"/id|/tool_calls/\*{_CALL}/index|(/response|/item)/id|/item_id|/call_id"),
}
"""What stands in each event though it belongs into one, and what changes from one to the next."""
WHOLE_A = re.compile(
    r"^(body |page of HTML|JSON text: (?!trailing newline)|status (200|500)|fact content_undecoded|"
    r"header content-type (dropped|text/html))(?!.*, whole)"
)
MISSING = re.compile(r"^(status 404|error 404)")
"""Where the endpoint is one that every server has; else a 404 says that this one has it not, and is a SKIP."""
ALWAYS_THERE = re.compile(r"/v1/(chat/completions|completions|embeddings|models|responses)")
SOUND_A = re.compile(r"^(text (cut|without)|bytes (ten|headless|zeros|begins))")


def tier_a(answer: str, name: str, kind: str) -> bool:
    """Whether this damage is known to break a mainstream client; `answer` is what ledger.answer_of says."""
    method, path, status, *stream = answer.split()
    if endpoint_of(method, path) is None or method not in ("GET", "POST", "DELETE"):
        return False  # an address that the API has not, a preflight; a HEAD has no body
    if kind in ("header", "status", "facts", "body", "text", "binary"):
        return _whole(path, status, name, bool(stream))
    if stream and SOUND.search(name):
        return False
    if kind == "framing":
        chat = re.fullmatch(r"/v1/(chat/)?completions", path)
        framing = bool(EVENTS_A.search(name) or (chat and CHAT_EVENTS_A.search(name)))
        return framing and not name.endswith(", whole")
    if name.startswith(tuple(SPREAD)):
        word, _, place = name.replace("spread first", "spread").partition(" ")
        wanted = re.fullmatch(CHAT, path) or (word == "drift" and method == "POST")
        return bool(wanted and re.fullmatch(f"(/choices/\\*/delta)?({SPREAD[word].pattern})", place))
    if name.startswith("a call"):
        return True
    place = re.search(r"(?:^| )(/\S*) (.+)", name)
    if place is None:
        return False
    if method == "DELETE" and path.startswith("/v1/responses"):
        return place[1] == "/deleted"
    if not status.startswith("2"):
        return ERROR.fullmatch(place[1]) is not None and place[2] in WRONG
    return any(
        re.fullmatch(where, path) and re.fullmatch(what, place[1]) and place[2] in harm for where, what, harm in TIER_A
    )


def _whole(path: str, status: str, name: str, stream: bool) -> bool:
    """Damage to all of an answer: its status, its headers, its body."""
    if MISSING.search(name):
        return status.startswith("2") and ALWAYS_THERE.fullmatch(path) is not None
    if name.startswith("header content-type") and path.endswith("/content"):
        return False
    if re.search(r"^fact (still_open|close_after)", name):
        return stream  # how a stream ends; a plain answer that ends wrongly is no answer (ERROR)
    if name.startswith("error "):
        return not name.endswith(" whole")
    if SOUND_A.search(name):
        return path == "/v1/audio/speech" or (name.startswith("text") and path == "/v1/audio/transcriptions")
    return bool(WHOLE_A.search(name))
