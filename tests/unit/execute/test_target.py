"""Base URLs as people type them, and what goes to them."""

import base64
from typing import Any

import pytest

from aioc.execute.target import Target, parse_base_url
from aioc.model.problem import BadInputError


@pytest.mark.parametrize(
    ("typed", "origin", "base"),
    [
        ("http://host:8080", "http://host:8080", ""),
        ("http://host:8080/", "http://host:8080", ""),
        ("http://host:8080/v1", "http://host:8080", ""),
        ("http://host:8080/v1/", "http://host:8080", ""),
        ("http://host:8080//v1//", "http://host:8080", ""),
        ("http://host/api/v1", "http://host", "/api"),
        ("http://host/api", "http://host", "/api"),
        ("http://host/apiv1", "http://host", "/apiv1"),
        ("http://host/openai/deployments/a b/v1", "http://host", "/openai/deployments/a%20b"),
        ("http://host/a%2Fb/v1", "http://host", "/a%2Fb"),
        ("host:8080", "http://host:8080", ""),
        ("host", "http://host", ""),
        ("localhost:8080/v1", "http://localhost:8080", ""),
        (" http://host \n", "http://host", ""),
        ("HTTP://Host:8080/V1", "http://host:8080", "/V1"),
        ("[::1]:80", "http://[::1]:80", ""),
        ("http://[::1]/v1", "http://[::1]", ""),
        ("127.0.0.1:1", "http://127.0.0.1:1", ""),
        ("https://host/v1", "https://host", ""),
        ("https://host:443", "https://host:443", ""),
        ("http://bücher.example", "http://bücher.example", ""),
        ("http://my_service:80", "http://my_service:80", ""),
        ("http://http:8080", "http://http:8080", ""),
        ("http://host:", "http://host", ""),
        ("http://host?", "http://host", ""),
    ],
)
def test_base_urls_as_people_type_them(typed: str, origin: str, base: str) -> None:
    assert parse_base_url(typed) == (origin, base, ())
    assert Target.at(typed).url == origin + base


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "http://",
        "http:///v1",
        "//host",
        ":8080",
        "ftp://host",
        "file:///etc/passwd",
        "unix:///run/x.sock",
        "http:/host:8080",
        "http//host:8080",
        "http:host",
        "http://host:port",
        "http://host:99999",
        "http://host:-1",
        "http://[::1",
        "::1:8080",
        "http://ho st",
        "http://ho\nst",
        "http://host\x00",
        "http://host/\x1b[31m",
        "http://ho%20st",
        "http://host\\x",
        "http://ho<st>",
        "http://256.1.1.1",
        "http://host?api-version=1",
        "http://host/v1#top",
    ],
)
def test_what_is_no_base_url_is_bad_input_with_a_cure(typed: str) -> None:
    with pytest.raises(BadInputError) as caught:
        parse_base_url(typed)
    (problem,) = caught.value.problems
    assert problem.what.isprintable() and problem.hint


def test_user_and_password_are_secrets_and_no_part_of_the_url() -> None:
    origin, base, secrets = parse_base_url("https://me:p%40ss@host:1/v1")
    assert (origin, base) == ("https://host:1", "") and set(secrets) == {"p@ss", "p%40ss"}
    target = Target.at("me:p%40ss@host:1")
    assert target.url == "http://host:1" and "p@ss" not in repr(target) and "me" not in repr(target)
    assert "me:p@ss" in target.secrets  # basic authorization encodes both together


@pytest.mark.parametrize(
    "typed", ["http://me:hunter22@host:port", "http://me:hunter22/x@host", "me:hunter22@ho st", "ftp://me:hunter22@h"]
)
def test_a_password_is_in_no_message(typed: str) -> None:
    with pytest.raises(BadInputError) as caught:
        parse_base_url(typed)
    text = f"{caught.value.problems}"
    assert "hunter22" not in text and "me:" not in text and "***@" in text


def headers(target: Target, *own: tuple[str, str | None]) -> dict[str, str]:
    return dict(target.headers_for(own))


def test_defaults_are_sent_where_nothing_else_is_said() -> None:
    sent = headers(Target.at("host"))
    assert set(sent) == {"accept", "accept-encoding", "user-agent"}
    assert sent["accept-encoding"] == "identity" and sent["user-agent"].startswith("aioc/")


def test_the_key_is_a_bearer_token_and_user_and_password_serve_where_there_is_none() -> None:
    assert headers(Target.at("host", api_key="k"))["authorization"] == "Bearer k"
    basic = "Basic " + base64.b64encode(b"me:p@ss").decode()
    assert headers(Target.at("me:p%40ss@host"))["authorization"] == basic
    assert headers(Target.at("me:p@host", api_key="k"))["authorization"] == "Bearer k"


def test_a_requests_own_headers_win_and_null_takes_one_away() -> None:
    target = Target.at("host", api_key="k", headers=(("X-Team", "a"), ("User-Agent", "b")))
    sent = headers(target, ("AUTHORIZATION", "Bearer wrong"), ("x-team", None), ("Accept", None))
    assert sent == {"accept-encoding": "identity", "User-Agent": "b", "AUTHORIZATION": "Bearer wrong"}


def test_a_header_given_twice_is_sent_twice() -> None:
    own: tuple[tuple[str, str | None], ...] = (("X-A", "1"), ("x-a", "2"))
    assert [pair for pair in Target.at("host").headers_for(own) if pair[0].lower() == "x-a"] == [*own]


@pytest.mark.parametrize(
    ("base", "query", "asked", "sent"),
    [
        ("host", (), "/v1/models", "/v1/models"),
        ("host/api/v1", (), "/v1/models?limit=1", "/api/v1/models?limit=1"),
        ("host", (("api-version", "2024 10"),), "/v1/models", "/v1/models?api-version=2024+10"),
        ("host", (("a", "1"), ("b", "&")), "/v1/models?x=2", "/v1/models?x=2&a=1&b=%26"),
        ("host", (), "/v1/models/a b/ü\r\n", "/v1/models/a%20b/%C3%BC%0D%0A"),
        ("host", (), "/v1/models/a%2Fb", "/v1/models/a%2Fb"),
        ("host", (), "/v1/../../x", "/v1/../../x"),
        ("host", (), "/v1/x#part", "/v1/x"),
        ("host", (), "/@evil.example/", "/@evil.example/"),
    ],
)
def test_paths_lie_below_the_base_and_carry_the_extra_query(base: str, query: Any, asked: str, sent: str) -> None:
    assert Target.at(base, query=query).path(asked) == sent


@pytest.mark.parametrize("path", ["", "v1", "http://evil.example/", "//evil.example/x", "*", "@evil.example"])
def test_a_path_that_names_another_host_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="no path below the base URL"):
        Target.at("host").path(path)
