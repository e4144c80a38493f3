"""Letters that no file may hold, or that look like others: told before YAML, whose parsers take them differently."""

import json
import re

from aioc.model.frozen import frozen

TYPOGRAPHIC = "“”„‟‘’‚«»"
"""Quotes that word processors and web pages put in the place of " and '."""
TYPE_QUOTES = "type \" or ' in its place"
_ODD = "\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ODD_SPACE = re.compile(f"[{_ODD}]")
_ODD_INDENT = re.compile(f"^ *[{_ODD}\u200b]", re.MULTILINE)
# What YAML lets no file hold, and tabs, which PyYAML and libyaml take in different places. Said by what is allowed
# it takes 4 ms more to compile.
_FORBIDDEN = re.compile("[\0-\t\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_KEYS = {
    "sk-": r"[\w-]{20,}",  # OpenAI, and those who write theirs alike
    "gsk_": r"\w{32,}",  # Groq
    "xai-": r"\w{32,}",
    "hf_": r"\w{30,}",
    "AIza": r"[\w-]{35}",  # Google
    "ghp_": r"\w{36}",
}
"""How keys look, by how they begin."""
_DIRECTIVE = re.compile(r"\A(?:[ \t]*(?:\#[^\n]*)?\r?\n)*%")


@frozen
class Fault:
    """A fault of YAML in words, and where it really is: line and column count from 0."""

    what: str
    line: int
    column: int
    hint: str = ""


def first_fault(text: str) -> Fault | None:
    """Give the first control character, odd indentation, directive or real key of a file; None when it has none."""
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        before = text[: forbidden.start()].split("\n")
        here = (len(before) - 1, len(before[-1]))
        if forbidden[0] == "\t":
            return Fault("tabs are not allowed", *here, 'indent with spaces; in a text write "\\t" in double quotes')
        hint = f'delete it; in a text in double quotes it is written "\\u{ord(forbidden[0]):04x}"'
        return Fault(f"the character U+{ord(forbidden[0]):04X} is not allowed in a file", *here, hint)
    indent = _ODD_INDENT.search(text)
    if indent:
        what = f"U+{ord(indent[0][-1]):04X} indents this line: it looks like a space and is none to YAML"
        return Fault(what, text.count("\n", 0, indent.start()), len(indent[0]) - 1, "indent with plain spaces")
    directive = _DIRECTIVE.match(text)
    if directive:
        return Fault("directives (%) are not allowed", directive[0].count("\n"), 0, "leave the line out")
    for begin, rest in _KEYS.items():
        # Most files hold no such letters, and are not searched by a pattern.
        key = re.search(rf"(?<![\w-]){begin}{rest}(?![\w-])", text, re.ASCII) if begin in text else None
        if key:
            line, column = text.count("\n", 0, key.start()), key.start() - text.rfind("\n", 0, key.start()) - 1
            hint = "revoke it if it is one; write something shorter here"
            return Fault("this looks like a real key", line, column, hint)
    return None


def deceiving(text: str) -> tuple[str, str] | None:
    """Say what is wrong with a plain text that begins with a typographic quote or holds a space that is none."""
    if text.isascii():
        return None
    if text[0] in TYPOGRAPHIC:
        return no_quote(text[0]), TYPE_QUOTES
    odd = _ODD_SPACE.search(text)
    if odd is None:
        return None
    what = f"U+{ord(odd[0]):04X} after {text[: odd.start()]!r} looks like a space and is none to YAML"
    return what, "type the space anew; in a text that shall hold it, put the text in quotes"


def no_quote(letter: str) -> str:
    """Say that this is a typographic quote."""
    return f"{letter} is a typographic quote, no quote to YAML"


def quoted(text: str) -> str:
    """Give a text in double quotes, as YAML and JSON read it."""
    return json.dumps(text, ensure_ascii=False)
