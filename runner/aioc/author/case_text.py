"""The text of a new case, with a comment at each word that says what it is."""

import re
from collections.abc import Iterator, Mapping, Sequence

from aioc.author.yaml_text import item_lines, yaml_lines
from aioc.model.problem import Json

WORDS = {
    "title": 'what happens, in one sentence without "should"',
    "source": "where it is written that this is so: an address, or a measurement",
    "why": "what a client notices when it is not so",
    "needs": "capabilities (endpoints, features): a server without one is not judged",
    "severity": "fail: a client breaks; warn: clients cope; info: worth knowing",
    "given": "a condition: where it does not hold the case is SKIP",
    "request": "what is sent",
    "method": "GET, POST, DELETE, PUT, PATCH, HEAD, OPTIONS",
    "path": "below the base URL, which the run gives: no host here",
    "headers": "null: this header is not sent",
    "json": "the body; or `raw:` text as it stands, or `form:` and `files:`",
    "raw": "the body as it stands",
    "form": "fields of a multipart form; a list is a repeated field",
    "files": "its files: {path: beside this file} or {text: …, name: …}",
    "model": "the model that the run names for this role",
    "steps": "several requests, one after the other",
    "capture": "values kept under a name, used later as ${name}",
    "always": "sent even when an earlier step failed: a clean-up",
    "expect": "the checks: each has one subject, and JSON Schema keywords for it",
    "- status": "judged first: where it is another, nothing else is judged",
    "- header": "a header of the answer",
    "- path": "a JSONPath into the answer, or into what a stream adds up to; [*]: each",
    "- events": "a JSONPath into the list of a stream's events",
    "- exchange": "a fact of the transfer; docs/format.md lists them",
    "- body": "text, or bytes (in base64)",
    "- name": "what reports call this check",
    "type": "string, number, integer, boolean, object, array, null",
    "const": "exactly this",
    "enum": "one of these",
    "pattern": "a regular expression that must be found in it",
    "minItems": "so many elements at least",
    "minLength": "so many characters at least",
    "optional": "absent or null is fine too",
    "join": "all matches as one text",
    "contentMediaType": "begins like such a file",
}
"""Words of a case with their one line; `- ` before a word: as the subject of a check."""

MORE = """\
# More that a check can say (docs/format.md has every word):
#  - path: $.usage.total_tokens
#    type: integer
#    minimum: 1
#    severity: warn               # of this check alone
#  - name: no-error               # two checks with one subject need names
#    path: $.error
#    absent: true                 # it must not be there
"""
COLUMN = 36
"""Where comments begin; that of a longer line stands above it."""
_TEXTS = frozenset({"title", "source", "why"})
"""Behind a text a comment would look like its end, and lint refuses it."""
_BODY = re.compile(r"(?P<indent> *)(?:json|form|files):\Z")
_WORD = re.compile(r"(?P<indent> *)(?P<dash>- )?(?P<word>\w+):(?= |\Z)")


def case_text(data: Mapping[str, Json], head: Sequence[str], notes: Sequence[str] = (), *, more: bool = False) -> str:
    """Give the text of a case file: comment lines at its head, the words, and `notes` as comments above the checks.

    A word without a value (None) is left to the author: its line is a comment.
    """
    lines: list[str] = []
    for word, value in data.items():
        if value is None:
            lines.append(f"# {word}: {WORDS[word]}")
        elif word == "expect":
            lines += [f"# {note}".rstrip() for note in notes]
            lines += ["expect:", *(f"  {line}" for check in value for line in item_lines(check))]
        else:
            lines += yaml_lines({word: value})
    end = MORE.splitlines() if more else []
    return "\n".join([*head, *taught(lines), *end]) + "\n"


def taught(lines: Sequence[str]) -> Iterator[str]:
    """Give the lines with a comment at the first occurrence of each word; what a body holds is no word."""
    seen: set[str] = set()
    body = -1
    for line in lines:
        found = _WORD.match(line)
        indent = len(line) - len(line.lstrip(" "))
        if body >= 0 and indent > body:
            found = re.match(r"(?P<indent> *)(?P<dash>)(?P<word>model): \$", line)
        else:
            body = len(start["indent"]) if (start := _BODY.match(line)) else -1
        word = f"{found['dash'] or ''}{found['word']}" if found else ""
        meaning = "" if word in seen else WORDS.get(word) or WORDS.get(word.removeprefix("- "), "")
        seen.add(word)
        above = len(line) > COLUMN or word in _TEXTS
        if meaning and above:
            yield f"{'':{indent}}# {meaning}"
        yield f"{line:{COLUMN}} # {meaning}" if meaning and not above else line
