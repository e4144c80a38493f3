"""Words of other tools and languages, and what they are called here: for hints alone, none of them is accepted."""

_CALLED = {
    # a case
    "title": "name summary",
    "why": "description reason because",
    "source": "reference ref link doc docs url",
    "needs": "requires require capabilities tags depends",
    "severity": "level priority",
    "expect": "assert asserts assertion assertions check checks test tests response then validate verify",
    "capture": "captures save store extract export register",
    "let": "vars variables constants define set",
    "for_each": "foreach for parametrize matrix examples loop with_items",
    "given": "when condition precondition skip_if only_if",
    "until": "retry repeat poll wait wait_for",
    # a request
    "path": "url uri endpoint route query params jsonpath json_path field key selector",
    "method": "verb",
    "json": "body data payload content",
    "form": "form_data formdata multipart",
    "files": "file upload",
    # a check
    "status": "code http_status response_code",
    "header": "headers",
    "events": "stream sse chunks",
    "const": "equals equal eq is equal_to ==",
    "enum": "in one_of any_of values either",
    "pattern": "regex regexp matches match like re",
    "minimum": "min gte ge at_least greater_or_equal",
    "maximum": "max lte le at_most less_or_equal",
    "exclusiveMinimum": "gt greater greater_than above",
    "exclusiveMaximum": "lt less less_than below",
    "minItems": "len count size min_items",
    "minLength": "min_length",
    "uniqueItems": "unique distinct",
    "absent": "missing undefined not_exists not_present",
    "optional": "nullable may_be_absent",
    # values
    "string": "str text",
    "integer": "int long",
    "number": "float double decimal numeric",
    "boolean": "bool",
    "object": "dict map mapping hash struct",
    "array": "list tuple sequence",
    "null": "none nil",
    "fail": "error fatal critical high",
    "warn": "warning medium",
    "info": "notice note low",
    # an overlay, a profile
    "deviations": "differences exceptions known_issues",
    "lacks": "unsupported without missing",
    "cases": "include includes select",
    "without": "exclude excludes deselect",
}
_SAID = {
    **dict.fromkeys(("exists", "present", "not_null"), "a subject alone asks that something is there"),
    **dict.fromkeys(("not_empty", "nonempty"), "minLength: 1 for a text, minItems: 1 for an array"),
    **dict.fromkeys(("not_equal", "ne", "not_equals"), "not: {const: …}"),
    **dict.fromkeys(("not_in", "none_of"), "not: {enum: […]}"),
    "$ref": "schema: NAME stands for an answer schema, such as chat.completion",
    **dict.fromkeys(("starts_with", "startswith", "prefix"), "pattern: '^…'"),
    **dict.fromkeys(("ends_with", "endswith", "suffix"), "pattern: '…\\Z'"),
}
"""What several words of a check say here."""
_MEANT: dict[str, tuple[str, ...]] = {}
for _ours, _others in _CALLED.items():
    for _other in _others.split():
        _MEANT[_other] = (*_MEANT.get(_other, ()), _ours)


def _plain(word: str) -> str:
    return word.strip(" :'\"").lower().replace("-", "_").replace(" ", "_").removesuffix(".schema.json")


def called_here(word: str, known: list[str]) -> str | None:
    """Give the known word that says what `word` says elsewhere, or the same in other capitals; None when none does."""
    same = (name for name in known if _plain(name) == _plain(word))
    return next(same, None) or next((name for name in _MEANT.get(_plain(word), ()) if name in known), None)


def said_here(word: str, known: list[str]) -> str | None:
    """Give how is written what `word` says elsewhere, where no single word of a check says it."""
    return _SAID.get(_plain(word)) if "pattern" in known else None
