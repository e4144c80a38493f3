"""A skeleton passes lint as written, in any folder and for any topic, and teaches each word in one line."""

import re

import pytest
from tests.playing import catalogue

from aioc.author.case_text import MORE, WORDS, case_text
from aioc.author.place import place_of
from aioc.author.skeleton import skeleton
from aioc.author.written import write_case
from aioc.model.problem import BadInputError
from aioc.paths import specs_root
from aioc.read.parse import parse_document
from aioc.read.tree import load

TOPICS = sorted({row.shown_by.partition("/")[0] for row in catalogue().capabilities.values()})


@pytest.fixture
def written(tmp_path):
    def write(name, folder=tmp_path):
        place = place_of(name, folder)
        made = skeleton(place)
        write_case(place, made.text, made.attachments)
        return place.file

    return write


def test_a_skeleton_of_every_topic_passes_lint(written, tmp_path):
    for topic in [*TOPICS, "unheard-of"]:
        written(f"{topic}/mine")
    loaded = load([tmp_path], lint=True)
    assert loaded.problems == ()
    assert len(loaded.ids) >= len(TOPICS) + 1


def test_a_topic_begins_as_the_case_that_shows_its_endpoint(written):
    data = parse_document(written("embeddings/mine").read_bytes(), "x").data
    assert (data["needs"], data["request"]["path"]) == (["embeddings"], "/v1/embeddings")
    data = parse_document(written("unheard-of/mine").read_bytes(), "x").data
    assert data["request"]["path"] == "/v1/chat/completions"


def test_the_files_that_a_case_sends_come_with_it(written):
    sound = written("transcriptions/mine").parent / "tone.wav"
    assert sound.read_bytes() == (specs_root() / "openai_v1" / "transcriptions" / "tone.wav").read_bytes()


def test_each_word_is_taught_once_and_in_one_line(written):
    text = written("chat/mine").read_text()
    for word in ("title", "source", "why", "needs", "severity", "method", "json", "- status", "- path", "type"):
        assert text.count(f"# {WORDS[word]}") == 1, word
    assert all(len(line) <= 120 for line in text.splitlines() if not line.startswith("#"))


def test_what_is_commented_out_is_good_when_it_is_taken_in(written, tmp_path):
    file = written("chat/mine")
    text = file.read_text()
    more = "".join(line + "\n" for line in MORE.splitlines() if line.startswith("#  "))
    assert more in text
    file.write_text(text.replace(more, re.sub(r"(?m)^#", "", more)))
    loaded = load([tmp_path], lint=True)
    assert loaded.problems == ()
    (case,) = [case for case in loaded.catalogue.cases if case.id == "local/chat/mine"]
    assert "no-error" in [check.address for check in case.steps[0].checks]


def test_a_word_left_to_the_author_is_a_comment():
    text = case_text({"title": "A title of a case", "why": None}, [])
    assert f"# why: {WORDS['why']}" in text.splitlines()
    assert "why" not in parse_document(text.encode(), "x").data


def test_words_inside_a_body_are_no_words_of_a_case():
    data = {"request": {"method": "POST", "path": "/x", "json": {"title": "x", "steps": [{"needs": {"type": {}}}]}}}
    for line in case_text(data, []).splitlines():
        assert "#" not in line or line.split(":")[0].strip() in ("request", "method", "path", "json")


def test_a_file_that_is_there_stays_as_it_is(written, tmp_path):
    file = written("chat/mine")
    file.write_text("mine")
    with pytest.raises(BadInputError, match="is there already"):
        written("chat/mine")
    assert file.read_text() == "mine"


def test_another_file_of_the_name_of_an_attachment_stays_and_nothing_is_written(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"mine")
    place = place_of("x", tmp_path)
    made = skeleton(place)
    with pytest.raises(BadInputError, match="is there already"):
        write_case(place, made.text, {"b.wav": b"1", "a.wav": b"2"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.wav"]
    assert (tmp_path / "a.wav").read_bytes() == b"mine"


def test_a_text_that_is_no_case_is_not_written_and_leaves_no_folder(tmp_path):
    place = place_of("a/b/x", tmp_path)
    with pytest.raises(BadInputError):
        write_case(place, "title: too little\n", {"a.wav": b"1"})
    assert list(tmp_path.iterdir()) == []
