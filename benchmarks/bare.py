"""One case as somebody would write it by hand: `python -m benchmarks.bare URL`."""

import re
import sys

import httpx

body = {"model": "stub-1", "messages": [{"role": "user", "content": "say that all is well"}]}
with httpx.Client(base_url=sys.argv[1], timeout=30, verify=False, trust_env=False) as client:
    answer = client.post("/v1/chat/completions", json=body)
data = answer.json()
assert answer.status_code == 200
assert data["object"] == "chat.completion"
assert data["model"] == "stub-1"
assert data["choices"][0]["message"]["role"] == "assistant"
assert re.search("^stub says", data["choices"][0]["message"]["content"])
assert data["choices"][0]["finish_reason"] == "stop"
assert data["usage"]["total_tokens"] == 21
