"""The closed vocabulary: a document put to its authoring schema, each fault told with its place and its cure.

Whether a document fits is asked of jsonschema-rs, what is wrong with one that does not of jsonschema (ADR 5).
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from aioc.model.problem import Problem, did_you_mean, nearest
from aioc.read.document import Document, KeyPath
from aioc.read.vocabulary import documents, vocabulary, words_of


@lru_cache(maxsize=16)
def _validator(schema_name: str) -> Draft202012Validator:
    """The validator of an authoring schema; nothing outside their folder can be reached by `$ref`."""
    return Draft202012Validator(vocabulary(f"{schema_name}.schema.json"))


@lru_cache(maxsize=16)
def _quick_validator(schema_name: str) -> jsonschema_rs.Draft202012Validator:
    """The same in Rust, from the schemas as they are written; it knows no address but theirs."""
    registry = jsonschema_rs.Registry([(schema["$id"], schema) for schema in documents().values()])
    name = f"{schema_name}.schema.json"
    return jsonschema_rs.Draft202012Validator(documents()[name], registry=registry, base_uri=name)


def vocabulary_problems(document: Document, schema_name: str) -> list[Problem]:
    """Give every fault of a document against an authoring schema, in the order of the file."""
    if not isinstance(document.data, dict):
        hint = "no dash stands before the words of a file" if isinstance(document.data, list) else ""
        return [Problem("the file must hold words and values (a mapping)", document.place(), hint)]
    quick = _quick_validator(schema_name)
    if quick.is_valid(document.data):
        return []
    found: dict[tuple[int, int, str], Problem] = {}
    for error in _validator(schema_name).iter_errors(document.data):
        for problem in _problems(document, error, ()):
            place = problem.place
            assert place is not None  # every problem of a document has one
            found.setdefault((place.line, place.column, problem.what), problem)
    if not found:
        told = quick.iter_errors(document.data)
        return [Problem(error.message, document.place(tuple(error.instance_path))) for error in told]
    return [found[key] for key in sorted(found)]


def _problems(document: Document, error: ValidationError, base: KeyPath) -> Iterator[Problem]:
    path: KeyPath = (*base, *error.path)
    if error.validator in ("additionalProperties", "unevaluatedProperties"):
        yield from _unknown_words(document, error, path)
    elif error.validator in ("anyOf", "oneOf"):
        yield from _union(document, error, path)
    elif error.parent is None and "propertyNames" in error.schema_path:
        # The fault is in the name of a key, and jsonschema reports it at the mapping.
        yield Problem(_say(error), document.place((*path, str(error.instance)), key=True))
    elif error.validator == "required":
        yield from _missing_words(document, error, path)
    else:
        yield Problem(_say(error), document.place(path), _hint(error))


def _any(value: Any) -> Any:
    """Drop jsonschema's `Unset` from a type: an error that was raised has its parts."""
    return value


def _unknown_words(document: Document, error: ValidationError, path: KeyPath) -> Iterator[Problem]:
    known = set(words_of(error.schema))
    # A word whose value is wrong counts as "not evaluated" too; its own fault is told elsewhere.
    for word in sorted(set(_any(error.instance)) - known):
        place = document.place((*path, word), key=True)
        yield Problem(f"unknown word {word!r}", place, did_you_mean(word, known))


def _missing_words(document: Document, error: ValidationError, path: KeyPath) -> Iterator[Problem]:
    """Tell each word that is missing, and how it is written; of one that is misspelt its own fault is told."""
    schema, present = _any(error.schema), set(_any(error.instance))
    known = set(words_of(schema))
    misspelt = {nearest(word, known) for word in present - known}
    for word in _any(error.validator_value):
        if word not in present | misspelt:
            hint = schema.get("x-missing", {}).get(word, "")
            yield Problem(f"the word {word!r} is missing", document.place(path), hint)


def _union(document: Document, error: ValidationError, path: KeyPath) -> Iterator[Problem]:
    """Tell the fault of the one branch that was meant (whose type fits); else say what is expected."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    meant = [
        errors
        for errors in branches.values()
        if not any(inner.validator == "type" and not inner.path for inner in errors)
    ]
    if len(meant) == 1 and isinstance(error.instance, dict | list):
        for inner in meant[0]:
            yield from _problems(document, inner, path)
    else:
        yield Problem(_say(error), document.place(path), _hint(error))


def _say(error: ValidationError) -> str:
    schema = error.schema if isinstance(error.schema, dict) else {}
    if "x-problem" in schema:
        return str(schema["x-problem"])
    value = json.dumps(error.instance, ensure_ascii=False, default=str)
    value = value if len(value) <= 60 else value[:57] + "…"
    limit: Any = error.validator_value
    match error.validator:
        case "type":
            wanted = limit if isinstance(limit, str) else " or ".join(limit)
            return f"{value} must be of type {wanted}"
        case "enum":
            return f"{value} is none of {', '.join(str(word) for word in limit)}"
        case "const":
            return f"only {json.dumps(limit)} may stand here"
        case "minLength" | "minItems" | "minProperties":
            return "this is empty or too short" if limit <= 1 else f"this needs at least {limit}"
        case "maxLength" | "maxItems" | "maxProperties":
            return f"this is too long: at most {limit}"
        case "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum":
            return f"{value} is out of range ({error.validator} {limit})"
        case "uniqueItems":
            return "an element stands here twice"
    return str(error.message)


def _hint(error: ValidationError) -> str:
    if error.validator == "enum" and isinstance(error.instance, str):
        return did_you_mean(error.instance, [word for word in _any(error.validator_value) if isinstance(word, str)])
    if error.validator in ("anyOf", "oneOf") and isinstance(error.instance, str):
        words = [
            word for inner in error.context or () if inner.validator == "enum" for word in _any(inner.validator_value)
        ]
        meant = nearest(error.instance, words)
        return f"did you mean {meant!r}?" if meant else ""
    if error.instance is None or (isinstance(error.instance, list) and None in error.instance):
        return 'the JSON type null is written "null", with quotes'
    return ""
