"""The tables of words in docs/*.md, made from the descriptions in schemas/ and the facts of an exchange.

A table stands between two comments, and the first says what it is made of:

    <!-- words: case.schema.json#/properties -->
    …
    <!-- end -->
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from aioc.answer.facts import FACTS

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
TABLE = re.compile(r"<!-- (words|facts):? ?(.*?) -->\n.*?<!-- end -->", re.DOTALL)


def with_tables(page: str) -> str:
    """Make every table of a page anew.

    Raises KeyError when a schema has no such part, and ValueError for a word without a description.
    """
    return TABLE.sub(_made, page)


def _made(found: re.Match[str]) -> str:
    begin = found[0].partition("\n")[0]
    if found[1] == "facts":
        rows = [("fact", "what it is"), *((f"$.{name}", text) for name, text in FACTS.items())]
    else:
        rows = [("word", "what it is"), *_words(found[2].split())]
    head, *body = (f"| {word} | {text} |" for word, text in _cells(rows))
    return "\n".join([begin, "", head, "| --- | --- |", *body, "", "<!-- end -->"])


def _cells(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for number, (word, text) in enumerate(rows):
        yield (f"`{word}`" if number else word), text.replace("|", "\\|")


def _words(sources: Iterable[str]) -> Iterator[tuple[str, str]]:
    for source in sources:
        file, _, pointer = source.partition("#")
        for word, schema in _at(file, pointer).items():
            text = _description(file, schema)
            if not text:
                raise ValueError(f"{source}/{word} has no description")
            yield word, text


def _at(file: str, pointer: str) -> Mapping[str, Any]:
    found: Any = json.loads((SCHEMAS / file).read_text(encoding="utf-8"))
    for part in pointer.strip("/").split("/"):
        found = found[part]
    return dict(found)


def _description(file: str, schema: Any) -> str:
    """Give a word's own description, else that of what it refers to."""
    if not isinstance(schema, dict):
        return ""
    if "description" in schema or "$ref" not in schema:
        return str(schema.get("description", ""))
    target, _, pointer = schema["$ref"].partition("#")
    return _description(target or file, _at(target or file, pointer))
