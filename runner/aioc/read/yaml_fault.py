"""What a person most likely meant where YAML breaks off: the parser's words and the lines around say what to type."""

import re

from aioc.read.document import Document
from aioc.read.letters import TYPE_QUOTES, TYPOGRAPHIC, Fault, no_quote, quoted

_CLOSING = {"{": "}", "[": "]"}
_PAIR = re.compile(r"(?P<head> *(?:- +)*)(?P<key>\w[\w.-]*)(?P<sign>\s*[:=：]\s*|\s+|)(?P<rest>.*)")
_LINE_OF_A_KEY = re.compile(r" *(?:- +)*['\"]?[\w.$-]+['\"]?\s*")
_APOSTROPHE = "a ' inside a text in single quotes ends it"
_COMMENT = re.compile(r"\s*(?://|/\*|;|--)")


def explain(document: Document, said: str, at: tuple[int, int], context: tuple[int, int]) -> Fault:
    """Say what is wrong.

    `said` is what the parser says (libyaml and PyYAML differ in words), `at` where it stopped, `context` where
    what it was reading began.
    """
    number, column = at
    line = document.line(number)
    quote = next((place for place, letter in enumerate(line) if letter in TYPOGRAPHIC), None)
    if quote is not None:
        return Fault(no_quote(line[quote]), number, quote, TYPE_QUOTES)
    if "start any token" in said or "node content" in said:
        return _first_letter(line, number, column)
    if "line break" in said or "chomping" in said:
        return _first_letter(document.line(context[0]), *context)
    if "alphabetic" in said:
        return _star(document.line(context[0]), *context)
    if "escape" in said:
        return Fault("\\ begins an escape in double quotes", number, column, _single_quotes(document, context))
    if "end of stream" in said and document.line(context[0])[context[1] : context[1] + 1] in ('"', "'"):
        return Fault("this quote is never closed", *context, "end the text with the same quote")
    if "sequence entries" in said:
        return Fault("a list begins on the next line", number, column, "put the dash on the next line, or write [a, b]")
    if "mapping values" in said and _LINE_OF_A_KEY.fullmatch(line[:column]):
        before = _before(document, number)
        hint = "write it as a word, a colon and a value, or leave it out"
        return _line_before(document, before, number) or Fault("this line says nothing", before, 0, hint)
    if "mapping values" in said:
        return _second_colon(line, number, column)
    if "find expected ':'" in said:
        return _line_before(document, context[0], number) or Fault("a colon is missing", *context)
    if "',' or" in said:
        return _open_bracket(document, at, context)
    if "expected key" in said or "expected '-'" in said or "<block end>" in said:
        return _block(document, at, context) or Fault(said, number, column)
    if "document start" in said:
        hint = "each word of a file begins in column 1, its value follows a colon"
        return Fault("nothing may follow here: the value of the file has ended", number, column, hint)
    return Fault(said, number, column)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _before(document: Document, number: int) -> int:
    """The nearest line before this one that says something."""
    return next((n for n in range(number - 1, -1, -1) if document.line(n).lstrip()[:1] not in ("", "#")), 0)


def _first_letter(line: str, number: int, column: int) -> Fault:
    if line.lstrip().startswith("```"):
        return Fault("a Markdown fence is no YAML", number, column, "remove the lines with ```")
    hint = f"put it in quotes: {quoted(line[column:].rstrip())}"
    return Fault(f"a text cannot begin with {line[column : column + 1]}", number, column, hint)


def _star(line: str, number: int, column: int) -> Fault:
    """`*` (or `&`) begins an alias (an anchor): a path in brackets, or a text."""
    path = next((m for m in re.finditer(r"\$[^\s,}]*", line) if m.start() < column < m.end()), None)
    if path is not None:
        hint = f"inside {{…}} and […] a path is in quotes: {quoted(path[0])}"
        return Fault("a path stands here without quotes", number, path.start(), hint)
    return _first_letter(line, number, column)


def _single_quotes(document: Document, context: tuple[int, int]) -> str:
    text = document.line(context[0])[context[1] + 1 :].rstrip().removesuffix('"')
    return "use single quotes" if "'" in text or '"' in text else f"use single quotes: '{text}'"


def _second_colon(line: str, number: int, column: int) -> Fault:
    pair = _PAIR.match(line)
    if pair is None or pair.start("rest") > column:
        return Fault('a text that contains ": " needs quotes', number, column)
    if pair["key"] == "header":
        name, _, value = pair["rest"].partition(": ")
        hint = f"header: {name.lower()} in this line, const: {value} in the next"
        return Fault("a header is named here, its value is put to a keyword", number, column, hint)
    hint = f"{pair['key']}: {quoted(pair['rest'].strip())}"
    return Fault('a text that contains ": " needs quotes', number, pair.start("rest"), hint)


def _line_before(document: Document, before: int, number: int) -> Fault | None:
    """A line looks right and cannot stand here: the one before it is not what it was meant to be."""
    line = document.line(before)
    if _COMMENT.match(line):
        return Fault("this is no comment to YAML", before, _indent(line), "a comment begins with #")
    pair = _PAIR.fullmatch(line)
    if pair is None:
        return None
    key, sign, rest = pair["key"], pair["sign"].strip(), pair["rest"].strip()
    hint = f"{key}: {rest}"
    if sign and sign != ":":
        return Fault(f"{sign} stands where a colon belongs", before, line.index(sign), hint)
    if not sign:
        return Fault("a colon is missing", before, pair.end("key"), hint) if rest else None
    if pair["sign"].endswith(":") and rest:
        return Fault("a space is missing after the colon", before, pair.start("sign"), hint)
    return _astray(document, before, number)


def _astray(document: Document, before: int, number: int) -> Fault | None:
    """A line stands under no word (and no dash) of the line before it: there it would belong to nothing."""
    pair = _PAIR.fullmatch(document.line(before))
    if all(document.line(here).lstrip().startswith("- ") for here in (before, number)):
        ahead, over = _indent(document.line(before)), "the dash"
    elif pair is not None:
        ahead, over = len(pair["head"]), repr(pair["key"])
    else:
        return None
    begins = _indent(document.line(number))
    if begins == ahead or begins <= _indent(document.line(before)):
        return None
    what = "this line is indented too far" if begins > ahead else f"this line is indented by {begins}, as none above it"
    return Fault(what, number, begins, f"begin it in column {ahead + 1}, under {over} of line {before + 1}")


def _open_bracket(document: Document, at: tuple[int, int], context: tuple[int, int]) -> Fault:
    """Inside {…} or […] something else than a comma or the closing bracket came."""
    number, column = at
    line = document.line(number)
    bracket = document.line(context[0])[context[1] : context[1] + 1]
    closing = _CLOSING.get(bracket, "}")
    if number == context[0]:
        if line[column : column + 1] == ":":
            return Fault('a text that contains ": " needs quotes', number, column, "put the whole text in quotes")
        if line[column - 1 : column] == "'":
            return Fault(_APOSTROPHE, number, column - 1, "use double quotes around it")
        hint = f"a text with such letters is put in quotes; {bracket} is closed with {closing}"
        return Fault(f"a comma or {closing} is missing before this", number, column, hint)
    before = _before(document, number)
    ahead = document.line(before).rstrip()
    if line.lstrip()[:1] in ('"', "{", "[", "'") and before > context[0] and ahead[-1] not in ",{[":
        return Fault("a comma is missing after this", before, len(ahead) - 1, f"{ahead.lstrip()},")
    return Fault(f"this {bracket} is never closed", *context, f"close it with {closing}")


def _block(document: Document, at: tuple[int, int], context: tuple[int, int]) -> Fault | None:
    """A line does not fit the lines of its block, or a value goes on after its end."""
    number, column = at
    line = document.line(number)
    beside = context[1]
    if line[:column].strip():
        return _after_value(line, number, column)
    is_item = line[column:].startswith("- ")
    ahead = document.line(context[0])[:beside]
    if is_item and ahead.lstrip().startswith("-"):
        hint = f"begin it in column {_indent(ahead) + 1}, under the dash of line {context[0] + 1}"
        return Fault("this line is indented too far", number, column, hint)
    if is_item and not document.line(context[0])[beside:].startswith("- ") and column == beside:
        hint = f"in a list each item begins with a dash: - {document.line(context[0]).strip()}"
        return Fault("this line begins with a dash, those before it do not", number, column, hint)
    if not is_item and column == beside:
        hint = f"with {column + 2} spaces it belongs to the item above"
        return Fault("this line begins in the column of the dashes", number, column, hint)
    before = _before(document, number)
    if 0 < column < _indent(document.line(before)):
        hint = f"indent it by {_indent(document.line(before))} spaces, like line {before + 1}"
        return Fault(f"this line is indented by {column}, as none above it", number, column, hint)
    return _astray(document, before, number)


def _after_value(line: str, number: int, column: int) -> Fault | None:
    """A quote or a bracket has closed the value, and the line goes on."""
    pair = _PAIR.match(line)
    if pair is None or pair.start("rest") >= column:
        return None
    text, last = pair["rest"].rstrip(), line[:column].rstrip()[-1]
    if last == "'" and text[0] == "'":
        inner = text[1:].removesuffix("'")
        return Fault(_APOSTROPHE, number, column - 1, f"{pair['key']}: {quoted(inner)}")
    if last == '"' and text[0] == '"':
        hint = f"{pair['key']}: '{text}'" if "'" not in text else "put the whole text in single quotes, each ' twice"
        return Fault("the text goes on after its closing quote", number, column, hint)
    return Fault(f"nothing may follow the {last} in this line", number, column)
