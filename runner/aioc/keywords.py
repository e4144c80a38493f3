"""JSON Schema's keywords: which type each speaks of, and where schemas stand inside schemas."""

from collections.abc import Iterator, Mapping

from aioc.model.problem import Json

TYPE_OF = {
    **dict.fromkeys(("maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf"), "number"),
    **dict.fromkeys(("maxLength", "minLength", "pattern"), "string"),
    **dict.fromkeys(("contentEncoding", "contentMediaType", "contentSchema"), "string"),
    **dict.fromkeys(("items", "prefixItems", "contains", "minContains", "maxContains"), "array"),
    **dict.fromkeys(("maxItems", "minItems", "uniqueItems", "order"), "array"),
    **dict.fromkeys(("properties", "patternProperties", "additionalProperties", "propertyNames"), "object"),
    **dict.fromkeys(("required", "minProperties", "maxProperties", "dependentRequired"), "object"),
}
"""The JSON type that each keyword speaks of; on any other type JSON Schema ignores the keyword."""

_SCHEMA = (
    "items",
    "contains",
    "additionalProperties",
    "propertyNames",
    "not",
    "if",
    "then",
    "else",
    "contentSchema",
)
_SCHEMAS = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED = ("properties", "patternProperties")


def nested(keywords: Mapping[str, Json]) -> Iterator[tuple[str, Json, tuple[str | int, ...]]]:
    """Give every schema directly inside: the keyword, the schema and its path."""
    for word in _SCHEMA:
        if word in keywords:
            yield word, keywords[word], (word,)
    for word in _SCHEMAS:
        for number, schema in enumerate(keywords.get(word, ())):
            yield word, schema, (word, number)
    for word in _NAMED:
        for name, schema in keywords.get(word, {}).items():
            yield word, schema, (word, name)
