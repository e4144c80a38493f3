"""JSONPath as cases may use it: what is selected, which holes are seen, what is refused and why."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonpath_ng.ext import parse

from aioc.jsonpath import MAX_LENGTH, Path, PathError, _pointer, compiled, split

CHAT = {
    "id": "x",
    "n": None,
    "usage": {"total": 3},
    "choices": [
        {"index": 0, "message": {"content": "hi"}, "finish_reason": "stop"},
        {"index": 1, "message": {"content": None}},
    ],
    "a.b": 1,
    "größe": 2,
    "where": 3,
    "it's": 4,
    "x-y": 5,
    "$ref": 6,
    "empty": [],
}
REASON = "$.choices[*].finish_reason"

SELECTIONS = [
    ("$.id", [("$.id", "x")]),
    ("$.none", []),
    ("$.n", [("$.n", None)]),
    ("$.id[0]", []),
    ("$.id.length", []),
    ("$.n.x", []),
    ("$.usage.total", [("$.usage.total", 3)]),
    ("$.usage[*]", [("$.usage.total", 3)]),
    ("$.usage.*", [("$.usage.total", 3)]),
    ("$.choices[0].index", [("$.choices[0].index", 0)]),
    ("$.choices[-1].index", [("$.choices[-1].index", 1)]),
    ("$.choices[9].index", []),
    ("$.choices[*].index", [("$.choices[0].index", 0), ("$.choices[1].index", 1)]),
    ("$.choices[1:].index", [("$.choices[1].index", 1)]),
    ("$.choices[:1].index", [("$.choices[0].index", 0)]),
    ("$.choices[::-1].index", [("$.choices[1].index", 1), ("$.choices[0].index", 0)]),
    ("$..content", [("$.choices[0].message.content", "hi"), ("$.choices[1].message.content", None)]),
    ("$.choices[?(@.index == 1)].index", [("$.choices[1].index", 1)]),
    ("$.choices[?(@.index > 0 && @.index < 2)].index", [("$.choices[1].index", 1)]),
    ("$.choices[?(@.message.content =~ '^h')].index", [("$.choices[0].index", 0)]),
    ('$.choices[?(@.finish_reason == "stop")].index', [("$.choices[0].index", 0)]),
    ("$.choices[?(@['index'] == 0)].index", [("$.choices[0].index", 0)]),
    ("$.choices[?(@.none == 1)]", []),
    ("$.empty[*]", []),
    ("$.empty", [("$.empty", [])]),
    ("$['a.b']", [("$.'a.b'", 1)]),
    ("$['größe']", [("$.'größe'", 2)]),
    ("$['where']", [("$.where", 3)]),
    ('$["it\'s"]', [('$."it\'s"', 4)]),
    ("$.x-y", [("$.x-y", 5)]),
    ("$['$ref']", [("$.'$ref'", 6)]),
]


@pytest.mark.parametrize(("text", "wanted"), SELECTIONS, ids=[text for text, _ in SELECTIONS])
def test_selection(text, wanted):
    assert [(match.where, match.value) for match in Path(text).select(CHAT).matches] == wanted


def test_the_root_and_lengths():
    assert [match.value for match in Path("$").select(CHAT).matches] == [CHAT]
    assert [match.where for match in Path("$").select(None).matches] == ["$"]
    assert [(match.where, match.value) for match in Path("$.choices.`len`").select(CHAT).matches] == [
        ("$.choices.`len`", 2)
    ]


HOLES = [
    (REASON, CHAT, ("$.choices[1].finish_reason",)),
    (REASON, {"choices": [{"finish_reason": None}]}, ()),
    (REASON, {"choices": []}, ()),
    (REASON, {}, ()),
    (REASON, {"choices": [{}, {}]}, ("$.choices[0].finish_reason", "$.choices[1].finish_reason")),
    (REASON, {"choices": [3, "x", None]}, tuple(f"$.choices[{n}].finish_reason" for n in range(3))),
    ("$.choices[0:].message.role", CHAT, ("$.choices[0].message.role", "$.choices[1].message.role")),
    ("$.choices[?(@.index == 1)].finish_reason", CHAT, ("$.choices[1].finish_reason",)),
    ("$[*].data.choices[*].delta", [{"data": {}}, {"data": {"choices": [{}]}}], ("$[1].data.choices[0].delta",)),
    ("$.choices[*]", CHAT, ()),
    ("$.choices[0].none", CHAT, ()),
    ("$..none", CHAT, ()),
]


@pytest.mark.parametrize(("text", "value", "holes"), HOLES, ids=range(len(HOLES)))
def test_a_parent_that_yields_nothing_is_a_hole(text, value, holes):
    assert Path(text).select(value).holes == holes


@pytest.mark.parametrize(
    ("text", "before", "rest"),
    [
        ("$.a.b", "", "$.a.b"),
        ("$", "", "$"),
        ("$..a", "", "$..a"),
        ("$.a[*].b", "$.a[*]", ".b"),
        ("$.a[*].b[1:2].c[0]", "$.a[*].b[1:2]", ".c[0]"),
        ("$[?(@.a == ']')].b", "$[?(@.a == ']')]", ".b"),
        ("$.a.*", "$.a.*", ""),
        ("$.a.`len`", "", "$.a.`len`"),
    ],
)
def test_a_path_is_cut_after_its_last_many(text, before, rest):
    assert split(text) == (before, rest)


REFUSED = [
    ("", "begins with $"),
    ("a.b", "begins with $"),
    ("@.a", "begins with $"),
    ("$.a + $.b", "no arithmetic"),
    ("$.a - 1", "no arithmetic"),
    ("$.a * 2", "no arithmetic"),
    ("$.a / 2", "no arithmetic"),
    ("$.a | $.b", "no union"),
    ("$.a.`sorted`", "only function"),
    ("$.a.`len`.b", "only function"),
    ("$.a.`parent`", "only function"),
    ("$.a.`split(/,/, 0, -1)`", "only function"),
    ("$.a.length()", "only function"),
    ("$.a[0,1]", "allowed are"),
    ("$.a[(@.length-1)]", "only function"),
    ("$.a.${b}", "not allowed in a JSONPath"),
    ("$.a[?(@.b == ${c})]", "not allowed in a JSONPath"),
    ("$.a[?@.b]", "a filter is"),
    ("$.a[?(@.b == 1 || @.b == 2)]", "a filter is"),
    ("$.a[?(@.b == c)]", "a filter is"),
    ("$.a[?(@.b =~ 5)]", "a filter is"),
    ("$.a[?(@.b =~ '(')]", "no regular expression"),
    ('$.a[?(@.b == 1 && @.c =~ "*")]', "no regular expression"),
    ("$.a[?(!@.b)]", "a filter is"),
    ("$.a[0:2:0]", "allowed are"),
    ("$.größe", "allowed are"),
    ("$.a.$ref", "allowed are"),
    ("$.a ", "no step"),
    ("$ .a", "no step"),
    ("$.", "allowed are"),
    ("$a", "allowed are"),
    ("$.a[", "allowed are"),
    ("$.where", "write ['where']"),
    ("$..parent", "write ['parent']"),
    ("$.a[?(@.where == 1)]", "write ['where']"),
    ("$." + "a" * MAX_LENGTH, "at most 200"),
    ("$" + "[0]" * 2000, "at most 200"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED, ids=[text[:30] for text, _ in REFUSED])
def test_refused(text, why):
    with pytest.raises(PathError) as caught:
        Path(text)
    assert why in str(caught.value)


@pytest.mark.parametrize("text", ["$['x.where']", "$.a[?(@.b == 'a.parent')]", "$.parents", "$.where_not"])
def test_a_kept_name_inside_of_another_is_fine(text):
    assert compiled(text).text == text


def test_a_path_is_compiled_once():
    assert compiled("$.a[*].b") is compiled("$.a[*].b")


@pytest.mark.parametrize("value", [None, True, 1, 1.5, "x", [], {}, [[]], [None]])
def test_no_answer_makes_a_path_fail(value):
    for text, _ in SELECTIONS:
        selection = Path(text).select(value)
        assert all(match.where.startswith("$") for match in selection.matches)


NAMES = st.sampled_from(["a", "b", "a-b", "_c", "this"])
KEYS = st.one_of(NAMES.map(".{}".format), st.sampled_from(["[0]", "[1]", "[7]"]))
LITERALS = st.sampled_from(["'text'", '""', "'te'", "0", "1", "-1", "1.0", "1.5", "true", "null", "@.a"])
COMPARISONS = st.builds(
    "@{}{}".format,
    st.lists(KEYS, min_size=1, max_size=2).map("".join),
    st.one_of(
        st.just(""),
        st.sampled_from(["=~ 'te'", '=~ "."', "=~ '(?s).'", "=~ ''"]).map(" {}".format),
        st.builds("{} {}".format, st.sampled_from([" ==", "!=", "<", "<=", ">", ">="]), LITERALS),
    ),
)
FILTERS = st.lists(COMPARISONS, min_size=1, max_size=2).map(lambda all_of: f"[?({' && '.join(all_of)})]")
STEPS = st.lists(st.one_of(KEYS, KEYS, st.sampled_from(["[*]", "[-1]", "[1:]", ".*", "['a-b']"]), FILTERS), max_size=4)
SMALL = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 2) | st.sampled_from([0.0, 1.0, 1.5, "", "text", "te\nxt"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=400)
@given(STEPS.map(lambda steps: "$" + "".join(steps)), st.lists(SMALL, max_size=3) | SMALL)
def test_a_path_selects_what_jsonpath_ng_selects(text, value):
    found = parse(text).find(value)
    selected = Path(text).select(value).matches
    assert [repr(match.value) for match in selected] == [repr(match.value) for match in found]
    assert [match.where for match in selected] == ["$" + _pointer(match) for match in found]


@pytest.mark.parametrize("text", ["$.a[0].b", "$[*].a", "$.a[?(@.b == 'x' && @.c[0] > 1)].d", "$[?(@.a =~ 'x')]"])
def test_what_cases_are_made_of_needs_no_parser(text, monkeypatch):
    """Importing and making one would be a tenth of the start with one own case."""
    monkeypatch.setattr("aioc.jsonpath._compile", None)
    assert Path(text).select([{"a": "x"}]) is not None
