"""Problems on the terminal: the caret stands under the place, whatever stands before it."""

import re

import pytest

from aioc.cli.problems import problem_lines, show_problems
from aioc.model.problem import Place, Problem

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def told(text, column, *, width=120, what="it is wrong", hint=""):
    """Give the lines of a problem without their colours."""
    problem = Problem(what, Place("x.yaml", 7, column, text), hint)
    return [ESCAPE.sub("", line) for line in problem_lines(problem, width)]


def carets(text, column, *, width=120):
    """Give the line as shown, where the caret begins in it, and how long it is."""
    _, line, under = told(text, column, width=width)
    assert line.startswith("   7 | ") and under.startswith("     | ")
    return line[7:], len(under[7:]) - len(under[7:].lstrip()), under.count("^")


@pytest.mark.parametrize(
    ("text", "column", "shown", "before", "under"),
    [
        ("  - statis: 200", 5, "  - statis: 200", 4, 6),
        ("title: Chat", 8, "title: Chat", 7, 4),
        ("\t- status: 200", 1, "→   - status: 200", 0, 1),
        ("\t\tstatus: 200", 3, "→   →   status: 200", 8, 6),
        ("漢字: x: y", 5, "漢字: x: y", 6, 1),
        ("a: 漢字漢字", 4, "a: 漢字漢字", 3, 8),
        ("e\u0301e\u0301: x", 5, "e\u0301e\u0301: x", 2, 1),
        ("a: \x07bc", 4, "a: \\u0007bc", 3, 1),
        ("\x1b[31ma: b", 6, "\\u001b[31ma: b", 10, 1),
        ("a: \u202eb", 5, "a: \\u202eb", 9, 1),
        ('  - path: "$.a b"', 11, '  - path: "$.a b"', 10, 7),
        ("t: 'it isn't so'", 11, "t: 'it isn't so'", 10, 1),
        ("  path: $.choices[*].index # x", 9, "  path: $.choices[*].index # x", 8, 18),
        ("{a: b", 1, "{a: b", 0, 1),
        ("a: b", 5, "a: b", 4, 1),
        ("##[error]: x", 12, "# #[error]: x", 12, 1),
    ],
)
def test_the_caret_stands_under_the_place(text, column, shown, before, under):
    assert carets(text, column) == (shown, before, under)


@pytest.mark.parametrize("column", [1, 2, 30, 500, 998, 1000])
@pytest.mark.parametrize("letter", ["x", "漢"])
def test_a_long_line_is_cut_round_the_caret(column, letter):
    text = letter * (column - 1) + "!" + letter * (1000 - column)
    line, before, under = carets(text, column, width=80)
    wide = 1 + (letter == "漢")
    cells = sum(1 + (shown == "漢") for shown in line)
    assert 60 < cells <= 80 - 5
    assert (line.startswith("…"), line.endswith("…")) == ((column - 1) * wide > 36, (1000 - column) * wide > 36)
    assert sum(1 + (shown == "漢") for shown in line[: line.index("!")]) == before
    assert under == 1


def test_a_word_longer_than_the_line_is_underlined_as_far_as_it_shows():
    line, before, under = carets("x" * 1000, 400, width=60)
    assert before + under == len(line) - 1 < 60


def test_a_text_of_several_lines_is_one_line():
    lines = told("a: b", 1, what="one\ntwo\u2028three\r\x0bfour", hint="five\n::error::six")
    assert lines[0] == "x.yaml:7:1: one two three\\u000d\\u000bfour"
    assert lines[3] == "  hint: five : :error::six"


def test_what_has_no_place_is_an_error_without_a_line(capsys):
    show_problems([Problem("no server is given", hint="--base-url")])
    assert capsys.readouterr().err == "error: no server is given\n  hint: --base-url\n"


@pytest.mark.parametrize(
    ("terminal", "environment", "asked", "coloured"),
    [
        (True, {}, True, True),
        (False, {}, True, False),
        (True, {"NO_COLOR": "1"}, True, False),
        (True, {"NO_COLOR": ""}, True, True),
        (True, {"TERM": "dumb"}, True, False),
        (True, {}, False, False),
    ],
)
def test_colour_is_for_terminals_and_never_against_a_wish(capsys, monkeypatch, terminal, environment, asked, coloured):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    show_problems([Problem("it is wrong", Place("x.yaml", 1, 1, "a: b"), "mend it")], colour=asked)
    assert ("\x1b[" in capsys.readouterr().err) == coloured
