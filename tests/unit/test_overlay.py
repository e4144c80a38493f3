"""Overlays: inheritance, what is gone, an operator's own on top, versions."""

import pytest

from aioc.model.catalogue import Catalogue
from aioc.model.problem import BadInputError
from aioc.overlay import applicability, resolve, with_own
from aioc.read.check import Scope
from aioc.read.overlay import read_overlay
from aioc.read.parse import parse_document


def deviation(case, check, constant, more=""):
    return (
        f"  - case: {case}\n    check: {check}\n    instead: {{const: {constant}}}\n{more}"
        "    reason: A client notices that.\n    source: a measurement\n"
    )


def overlay(name, text):
    return read_overlay(Scope(parse_document(f"title: A server\n{text}".encode(), f"{name}.yaml")), name)


def catalogue(**texts):
    overlays = {name.replace("_", "."): overlay(name.replace("_", "."), text) for name, text in texts.items()}
    return Catalogue("t", "1", overlays=overlays, renamed={"chat/old": "chat/new"})


BASE = (
    "base_url: http://localhost:8080\njobs: 4\nversion: {get: /props, path: $.build}\n".replace("$.build", '"$.build"')
    + 'lacks:\n  - {capability: files, reason: Has no files at all., source: a measurement, versions: "<100"}\n'
    + "deviations:\n"
    + deviation("chat/a", "status", 404)
    + deviation("chat/a", "status", 405)
    + deviation("chat/b", "status", 404)
    + deviation("chat/old", "2/status", 404)
)
CHILD = "extends: base\ndeviations:\n" + deviation("chat/a", "status", 301)


def entries(merged):
    return [(e.overlay, e.case, e.step, e.address, e.instead.keywords["const"]) for e in merged.deviations]


def test_a_childs_entries_replace_all_of_the_parents_at_that_address():
    merged = resolve("child", catalogue(base=BASE, child=CHILD))
    assert entries(merged) == [
        ("base", "chat/b", "", "status", 404),
        ("base", "chat/new", "2", "status", 404),
        ("child", "chat/a", "", "status", 301),
    ]
    assert (merged.name, merged.lineage, merged.jobs) == ("child", ("child", "base"), 4)
    assert merged.base_url == "http://localhost:8080"


def test_gone_drops_inherited_entries_by_their_present_name():
    gone = "gone:\n  - {case: chat/old, check: 2/status, reason: This build answers that.}\n"
    merged = resolve("child", catalogue(base=BASE, child=CHILD + gone))
    assert [case for _, case, *_ in entries(merged)] == ["chat/b", "chat/a"]


def test_an_unknown_server_is_refused_with_the_nearest_name():
    with pytest.raises(BadInputError) as error:
        resolve("bace", catalogue(base=BASE))
    assert error.value.problems[0].hint == "did you mean 'base'?"


def test_an_operators_own_overlay_comes_last_and_keeps_the_servers_name():
    known = catalogue(base=BASE)
    own = overlay("mine", "deviations:\n" + deviation("chat/b", "status", 500, '    versions: ">=5"\n'))
    merged = with_own(resolve("base", known), [own], known)
    assert merged.name == "base"
    assert entries(merged)[-1] == ("base", "chat/b", "", "status", 500)  # its versions are those of the server
    assert [case for _, case, *_ in entries(merged)].count("chat/b") == 1


def test_an_operators_own_overlay_works_without_a_server():
    own = overlay("mine", "deviations:\n" + deviation("chat/b", "status", 500))
    assert with_own(None, [own], catalogue()).name == "mine"
    assert with_own(None, [], catalogue()) is None


@pytest.mark.parametrize(
    ("versions", "applies", "certain"),
    [({}, True, False), ({"base": "0"}, True, False), ({"base": "b99"}, True, True), ({"base": "b100"}, False, True)],
)
def test_an_entry_speaks_of_its_versions_and_of_an_unknown_one(versions, applies, certain):
    lack = overlay("base", BASE).lacks[0]
    how = applicability(lack, versions)
    assert (how.applies, how.certain) == (applies, certain)


def test_versions_speak_of_the_product_of_their_own_file():
    merged = resolve("child", catalogue(base=BASE, child=CHILD))
    assert not applicability(merged.lacks[0], {"child": "1", "base": "100"}).applies
