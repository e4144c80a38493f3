"""The same work for everybody: cases of one POST and six checks, for aioc (and the floor) and for Hurl."""

import json
from pathlib import Path

from benchmarks.stub import MODEL

CHECKS = (
    ("$.object", "const", "chat.completion"),
    ("$.model", "const", MODEL),
    ("$.choices[0].message.role", "const", "assistant"),
    ("$.choices[0].message.content", "pattern", "^stub says"),
    ("$.choices[0].finish_reason", "const", "stop"),
    ("$.usage.total_tokens", "const", 21),
)


def _body(number: int) -> dict[str, object]:
    said = f"case {number}: say that all is well"  # no two bodies are the same
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": said}]
    return {"model": MODEL, "messages": messages, "max_completion_tokens": 16, "temperature": 0}


def write_cases(folder: Path, number: int, first: int = 0) -> Path:
    """Write so many case files, numbered from `first`; gives their folder."""
    folder.mkdir(parents=True)
    checks = "".join(f"  - path: {path}\n    {word}: {json.dumps(value)}\n" for path, word, value in CHECKS)
    for at in range(first, first + number):
        (folder / f"case-{at:05}.yaml").write_text(
            f"title: Case {at} of a benchmark\nsource: benchmarks/cases.py\nrequest:\n  method: POST\n"
            f"  path: /v1/chat/completions\n  json: {json.dumps(_body(at))}\nexpect:\n  - status: 200\n{checks}"
        )
    return folder


def write_stream(folder: Path, events: int) -> Path:
    """Write one case that reads a stream of so many events and looks at what they make together; gives its folder."""
    folder.mkdir(parents=True)
    body = {**_body(0), "stream": True, "max_completion_tokens": events}
    (folder / "stream.yaml").write_text(
        f"title: A long stream\nsource: benchmarks/cases.py\nrequest:\n  method: POST\n  path: /v1/chat/completions\n"
        f"  json: {json.dumps(body)}\nexpect:\n  - status: 200\n  - exchange: $.sse.done_count\n    const: 1\n"
        "  - path: $.choices[0].message.content\n    pattern: ^stub says that\n"
        "  - path: $.choices[0].finish_reason\n    const: stop\n"
    )
    return folder


def write_hurl(folder: Path, number: int) -> Path:
    """Write the same cases for Hurl; gives their folder."""
    folder.mkdir(parents=True)
    words = {"const": "==", "pattern": "matches"}
    asserts = "".join(f'jsonpath "{path}" {words[word]} {json.dumps(value)}\n' for path, word, value in CHECKS)
    for at in range(number):
        (folder / f"case-{at:05}.hurl").write_text(
            f"POST {{{{base}}}}/v1/chat/completions\n{json.dumps(_body(at))}\nHTTP 200\n[Asserts]\n{asserts}"
        )
    return folder
