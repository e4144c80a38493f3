"""The errors of every endpoint that the API documents are looked at, and those of no other API."""

from collections.abc import Iterator

import yaml
from tests.playing import cases

from aioc.judge.invariant import path_pattern
from aioc.paths import schemas_root

ENDPOINTS = [name.split() for name in yaml.safe_load((schemas_root() / "openai_v1" / "fields.yaml").read_text())]
CASES = (
    ("POST", "err/envelope"),
    ("GET", "err/envelope-get"),
    ("POST", "err/method/envelope"),
    ("DELETE", "err/method/envelope-delete"),
)
OTHERS = ("/v1/messages", "/v1/messages/count_tokens", "/api/chat", "/api/show", "/tokenize", "/completion", "/logs")


def paths(case: str) -> Iterator[str]:
    answers = cases()[case].answers
    assert answers is not None
    yield from answers.paths


def test_no_endpoint_is_left_out():
    for method, case in CASES:
        documented = {path for other, path in ENDPOINTS if other == method}
        assert documented - set(paths(case)) == set(), case


def test_another_api_beside_this_one_has_errors_of_its_own():
    for _, case in CASES:
        patterns = [path_pattern(path) for path in paths(case)]
        assert not [other for other in OTHERS if any(pattern.fullmatch(other) for pattern in patterns)], case
