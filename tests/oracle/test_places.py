"""What OpenAI really sends is no FAIL, in each of the places where good sense says otherwise; next to it is one."""

import pytest
from tests.mutation.damage import damaged

from aioc.model.case import Case
from aioc.model.exchange import Transfer

from .places import (
    CHAT,
    FOLDER,
    TABLE,
    Place,
    Played,
    Reverse,
    all_judged,
    asked,
    cases,
    changed,
    driven,
    either,
    found,
    judged,
    missing,
    places,
    refusing,
    sends,
    transfer,
    worst,
)
from .places import played as play

REFUSED = {
    "stop": ["refused-stop"],
    "logprobs": ["refused-logprobs", "refused-logprobs-no-code"],
    "top_logprobs": ["refused-top-logprobs"],
    "temperature": ["refused-temperature"],
    "max_tokens": ["refused-max-tokens"],
    "response_format": ["refused-response-format"],
    "system": ["refused-system"],
    "developer": ["refused-developer"],
}
"""Parameters and roles that some models refuse, and the refusals."""

of_places = pytest.mark.parametrize("place", places(), ids=lambda place: place.file)


def test_each_place_has_a_file_and_each_file_a_place() -> None:
    assert {place.place for place in places()} == {0, *TABLE}
    assert sorted(place.file for place in places()) == sorted(file.stem for file in FOLDER.iterdir())
    assert [p.file for p in places() if p.place and p.file[:2] != f"{p.place:02}"] == []


@of_places
def test_a_place_says_what_it_is_good_for(place: Place) -> None:
    assert place.shows.endswith(".")
    assert place.judged_by, "nobody looks at it"
    assert place.would_trip or place.place == 0
    scripts = {file for other in places() for one in (*other.played, *other.reverse) for file in one.answers}
    assert place.reverse or place.place == 0 or place.file in scripts, "nothing shows how near to a fault it stands"
    for case, check in place.would_trip.items():
        assert check in {check.address for step in cases()[case].steps for check in step.checks} | {
            check.address for check in cases()[case].checks
        }, case


@of_places
def test_what_openai_sends_is_no_fail(place: Place) -> None:
    records = all_judged()[place.file]
    assert {r.family: [f.message for f in r.findings] for r in records if r.verdict in ("FAIL", "ERROR")} == {}
    warned = {r.family: [f.address for f in r.findings if f.severity == "warn"] for r in records if r.verdict == "WARN"}
    assert warned == place.warns
    assert records != []
    assert [name for name in place.judged_by if name not in {record.family for record in records}] == []


@pytest.mark.parametrize(
    ("place", "one"),
    [pytest.param(place, one, id=f"{place.file}-{one.case}") for place in places() for one in place.played],
)
def test_a_case_takes_it(place: Place, one: Played) -> None:
    assert place.file in one.answers
    result = play(cases()[one.case], [transfer(file) for file in one.answers])
    assert (str(result.verdict), found(result)) == (one.verdict, one.finds or {})


@pytest.mark.parametrize(
    ("place", "one"),
    [pytest.param(place, one, id=f"{place.file}-{one.why}") for place in places() for one in place.reverse],
)
def test_a_step_beside_it_is_noticed(place: Place, one: Reverse) -> None:
    if one.case:
        result = play(cases()[one.case], [changed(place, one, file) for file in one.answers])
        assert found(result) == one.finds
        return
    assert one.noticed and one.change
    records = judged([(place.file, changed(place, one, place.file))], select=tuple(one.noticed))
    assert {record.family: worst(record) for record in records} == one.noticed
    before = {record.family: worst(record) for record in all_judged()[place.file]}
    assert [name for name, severity in one.noticed.items() if before.get(name) == severity] == []


refusals = pytest.mark.parametrize(
    ("what", "file"), [(what, file) for what, files in REFUSED.items() for file in files]
)


def found_where_refused(what: str, refusal: Transfer) -> dict[str, str]:
    """Give the cases that find something where they send this; what needs a missing capability is not played."""
    lacks = missing(what, refusal)
    return {
        case.id: str(finding.severity)
        for case in cases().values()
        if case.server is None and not lacks & set(case.needs) and (steps := sends(case, what))
        for finding in refusing(case, what, refusal).findings
        if finding.severity in ("fail", "warn") and finding.step in steps
    }


@refusals
def test_a_model_that_refuses_something_fails_no_case(what: str, file: str) -> None:
    """Whichever case sends it: reasoning and audio models say 400 and name it."""
    assert any(sends(case, what) for case in cases().values())
    assert found_where_refused(what, transfer(file)) == {}


@refusals
def test_a_refusal_that_names_nothing_is_noticed(what: str, file: str) -> None:
    nameless = {"$.error.message": "No.", "$.error.param": None, "$.error.code": None}
    assert found_where_refused(what, damaged(transfer(file), [{"set": nameless}])) != {}


@pytest.mark.parametrize(
    ("what", "plain", "streamed", "other"),
    [
        ("tool_choice", "02-cut-arguments", "02-cut-arguments-stream", ("none", "auto")),
        ("tool_choice", "03-required-call-cut", "03-required-call-cut-stream", ("none", "auto")),
        ("response_format", "04-null-beside-refusal", "04-null-beside-refusal-stream", ()),
    ],
)
def test_it_fails_no_case_that_asks_for_such_a_thing(
    what: str, plain: str, streamed: str, other: tuple[str, ...]
) -> None:
    """A call that is cut wherever one is forced; a refusal wherever a document is asked for."""

    def asks(case: Case) -> bool:
        steps = [step for step in case.steps if step.name in sends(case, what) and step.request.path == CHAT]
        return bool(steps) and all(step.request.json[what] not in other for step in steps)

    asking = [case for case in cases().values() if not (case.server or case.id.startswith("err/")) and asks(case)]
    assert len(asking) > 5
    results = [driven(case, lambda request: either(plain, streamed, asked(request))) for case in asking]
    assert [(r.case.id, found(r)) for r in results if r.verdict == "FAIL"] == []
