"""What counts as sent and as looked at."""

import pytest

from aioc.coverage.fields import endpoint_of, endpoints
from aioc.coverage.measure import Cells, measure, sent_by
from aioc.coverage.seen import names_in, seen_by
from aioc.model.case import Answers, Case, Check, Request, Severity, Step, Subject
from aioc.model.problem import Place
from aioc.report.coverage import coverage_lines, totals

HERE = Place("x.yaml", 1, 1)


def check(kind, argument, **keywords):
    return Check(Subject(kind, argument), "a", keywords, Severity.FAIL, HERE)


def case(case_id, *checks, method="POST", path="/v1/embeddings", answers=None, **more):
    step = Step("", HERE, Request(method, path, HERE, has_json=True, json=more.pop("json", {})), checks=checks)
    parts = {"answers": answers, "checks": checks} if answers else {"steps": (step,)}
    return Case(case_id, case_id, "t", "s", HERE, "d", **parts, **more)


def cells_of(name, *cases) -> Cells:
    return next(cells for cells in measure(cases) if cells.endpoint.name == name)


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("$", ()),
        ("$.a.b", ("a", "b")),
        ("$.a[*].b[0].c[-1:]", ("a", "b", "c")),
        ("$['a b'].c", ("a b", "c")),
        ("$.a[?(@.type == 'x' && @.n > 1)].b", ("a", "b")),
        ("$..b", ("**", "b")),
        ("$.a.*", ("a", "*")),
        ("$.a.`len`", ("a",)),
    ],
)
def test_the_names_of_a_path(path, names):
    assert names_in(path) == names


def test_a_check_looks_at_what_its_path_its_keywords_and_its_schema_name():
    keywords = {"properties": {"b": {"items": {"required": ["c"]}}}, "anyOf": [{"properties": {"d": {}}}]}
    assert {name for _, name in seen_by(check("path", "$.a", **keywords))} == {
        ("a",),
        ("a", "b"),
        ("a", "b", "c"),
        ("a", "d"),
    }
    assert ("events", ("choices", "index")) in set(seen_by(check("events", "$[*].data.choices[*].index")))
    assert set(seen_by(check("events", "$[*].event"))) == set()
    assert ("answer", ("usage", "a")) in set(seen_by(check("sum", ["$.usage.a", "$.usage.b"])))
    shaped = {name for _, name in seen_by(check("path", "$", schema="chat.completion"))}
    assert {("choices", "message", "tool_calls", "function", "arguments"), ("usage", "total_tokens")} <= shaped


def test_what_a_request_sends():
    asked = Request("POST", "/v1/x?limit=1&after=${id}", HERE, has_json=True, json={"a": {"b": 1}, "${field}": None})
    assert set(sent_by(asked, {"field": "top_p"})) == {"?limit", "?after", "a", "a.b", "top_p"}
    form = Request("POST", "/v1/x", HERE, form=(("model", "m"), ("timestamp_granularities[]", ["word"])))
    assert set(sent_by(form, {})) == {"model", "timestamp_granularities"}
    assert set(sent_by(Request("POST", "/v1/x", HERE, raw='{"input": "${x}"}'), {})) == {"input"}
    assert set(sent_by(Request("POST", "/v1/x", HERE, raw='{"input'), {})) == set()


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/v1/files/${id}/content", "GET /v1/files/{id}/content"),
        ("POST", "/v1/responses/compact", "POST /v1/responses/compact"),
        ("GET", "/v1/models?x=1", "GET /v1/models"),
    ],
)
def test_the_endpoint_of_a_request(method, path, name):
    endpoint = endpoint_of(method, path)
    assert endpoint is not None
    assert endpoint.name == name


def test_an_undocumented_route_has_no_endpoint():
    assert endpoint_of("GET", "/v1/nothing/here") is None


def test_cells_are_filled_by_requests_checks_and_invariants_and_holes_are_named():
    asks = case("e/a", check("path", "$.data[*].index"), json={"input": "x", "model": "m"})
    holds = case("e/b", check("path", "$.usage.prompt_tokens"), answers=Answers(("/v1/embeddings",), (), False, 200))
    of_a_server = case("e/c", check("path", "$.model"), server="llama.cpp")
    cells = cells_of("POST /v1/embeddings", asks, holds, of_a_server)
    assert cells.cases == {"e/a"}
    assert set(cells.request) == {"input", "model"}
    # A path goes through what stands before its end.
    assert cells.answer == {"data": {"e/a"}, "data.index": {"e/a"}, "usage": {"e/b"}, "usage.prompt_tokens": {"e/b"}}
    assert "dimensions" in cells.holes("request")
    assert "model" in cells.holes("answer")
    lines = coverage_lines([cells])
    assert any("never sent: dimensions" in line for line in lines)
    filled, total = totals([cells])
    assert (filled, total) == (6, len(cells.endpoint.request) + len(cells.endpoint.answer))


def test_the_documented_fields_are_read_whole():
    named = {endpoint.name: endpoint for endpoint in endpoints()}
    assert "stream_options.include_usage" in named["POST /v1/chat/completions"].request
    assert named["GET /v1/batches/{id}"].answer == named["POST /v1/batches"].answer != ()
