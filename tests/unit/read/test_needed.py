"""A run of one's own cases reads of the catalogue what it needs; what it says is the same."""

import shutil

import pytest

from aioc.model.problem import BadInputError
from aioc.read.tree import load, load_shown

from .conftest import CASES

OWN = """\
title: Something of mine happens
source: a measurement
needs: [chat]
request: {method: GET, path: /v1/x}
expect:
  - status: 200
"""
CHILD = "title: A child of it\nextends: parent\n"


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Give a folder of one case that needs chat, beside a catalogue whose overlays are parent, child and stranger."""
    root = shutil.copytree(CASES / "base", tmp_path / "base")
    (root / "servers" / "child.yaml").write_text(CHILD)
    (root / "servers" / "stranger.yaml").write_text("title: Of no kin\n")
    monkeypatch.setattr("aioc.read.tree.specs_root", lambda: root)
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "mine.yaml").write_text(OWN)
    return folder


def ids(loaded):
    return [case.id for case in loaded.catalogue.cases]


def test_only_what_shows_its_needs_is_read_and_the_rest_is_known_by_name(own):
    loaded = load([own], server="none")
    assert (ids(loaded), loaded.ids, loaded.problems) == (["chat/basic", "local/mine"], {"local/mine"}, ())
    assert loaded.catalogue.unread == {"models/retrieve"}
    assert loaded.catalogue.capabilities == load([own]).catalogue.capabilities


@pytest.mark.parametrize(
    ("server", "overlays"),
    [
        ("none", set()),
        ("reference", set()),
        ("parent", {"parent"}),
        ("child", {"child", "parent"}),
        ("auto", {"child", "parent", "stranger"}),
        ("chidl", {"child", "parent", "stranger"}),  # so that the message can name the nearest
    ],
)
def test_of_overlays_those_that_the_server_may_be(own, server, overlays):
    loaded = load([own], server=server)
    assert (set(loaded.catalogue.overlays), loaded.problems) == (overlays, ())


def test_a_need_that_nobody_knows_is_told_all_the_same(own):
    (own / "mine.yaml").write_text(OWN.replace("[chat]", "[chta]"))
    (problem,) = load([own], server="none").problems
    assert (problem.what, problem.hint) == ("unknown capability 'chta'", "did you mean 'chat'?")


def test_a_catalogue_of_ones_own_may_name_any_case(own):
    (own / "catalogue.yaml").write_text('id: mine\nversion: "1"\nformat: 1\n')
    loaded = load([own], server="none")
    assert (ids(loaded), loaded.catalogue.unread) == (["chat/basic", "mine", "models/retrieve"], frozenset())


def test_the_quick_look_reads_what_shows_the_capabilities(own):
    loaded = load_shown("none")
    assert (ids(loaded), loaded.ids, loaded.problems) == (["chat/basic", "models/retrieve"], None, ())
    assert (loaded.catalogue.overlays, loaded.catalogue.unread) == ({}, frozenset())


def test_a_part_that_has_no_files_is_no_reason_to_read_them_all(own, tmp_path):
    shutil.rmtree(tmp_path / "base" / "profiles")
    loaded = load([own], server="none")
    assert ids(loaded) == ["chat/basic", "local/mine"]


def test_a_client_file_is_read_by_lint_and_by_whoever_asks_for_it(own, tmp_path):
    file = tmp_path / "base" / "profiles" / "clients" / "mine.yaml"
    file.write_text(file.read_text().replace("effect: crash", "effect: sad"))
    loaded = load([own], server="none")
    assert (loaded.problems, list(loaded.catalogue.clients)) == ((), ["mine"])
    with pytest.raises(BadInputError) as caught:
        loaded.catalogue.clients["mine"]
    (problem,) = load([own], lint=True).problems
    assert [one.what for one in caught.value.problems] == [problem.what]
    assert "an effect is crash" in problem.what
