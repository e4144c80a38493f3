"""jsonschema's way down into a schema, with each inner validator made once.

jsonschema makes a validator anew for every value that it comes to, and looks each `$ref` up again: half of what judging
an answer took. Which validator it is depends on the schema and the resolver alone, so it is kept.
"""

from collections.abc import Iterator
from typing import Any

from jsonschema.exceptions import ValidationError
from referencing.jsonschema import DRAFT202012

from aioc.judge.kept import keep
from aioc.model.problem import Json

_INNER: dict[tuple[int, int], tuple[Any, Any]] = {}
"""The validators by what they were made of, with the resolver: while it is kept, nothing else has its number."""
_REFERRED: dict[tuple[str, int], tuple[Any, Any]] = {}


def keep_validators(validator: Any) -> Any:
    """Give a class of validators (jsonschema's `extend`) that judges as before and makes each inner one once."""
    validator.descend = _descend
    validator._validate_reference = _refer
    return validator


def _descend(
    self: Any, instance: Json, schema: Json, path: Any = None, schema_path: Any = None, resolver: Any = None
) -> Iterator[ValidationError]:
    made_of = self._resolver if resolver is None else resolver
    kept = _INNER.get((id(schema), id(made_of)))
    if kept is None:
        if resolver is None:
            resolver = made_of.in_subresource(DRAFT202012.create_resource(schema))
        kept = self.evolve(schema=schema, _resolver=resolver), made_of
        keep(_INNER, (id(schema), id(made_of)), kept)
    for error in kept[0].iter_errors(instance):
        if path is not None:
            error.path.appendleft(path)
        if schema_path is not None:
            error.schema_path.appendleft(schema_path)
        yield error


def _refer(self: Any, ref: str, instance: Json) -> Iterator[ValidationError]:
    kept = _REFERRED.get((ref, id(self._resolver)))
    if kept is None:
        kept = self._resolver.lookup(ref), self._resolver
        keep(_REFERRED, (ref, id(self._resolver)), kept)
    return _descend(self, instance, kept[0].contents, resolver=kept[0].resolver)
