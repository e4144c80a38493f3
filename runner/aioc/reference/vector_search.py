"""The search in a vector store: chunks that share words with the query, the nearest first."""

import math
import operator
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from aioc.reference.answer import Answer, ApiError, Json
from aioc.reference.checks import Check, array, boolean, checked, either, integer, mapping, number, text
from aioc.reference.request import Request
from aioc.reference.store import Store
from aioc.reference.vector_files import chunks, settled

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq, "ne": operator.ne, "gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le,
    "in": lambda left, right: left in right, "nin": lambda left, right: left not in right,
}  # fmt: skip
_PLAIN = either(text(), number(), boolean)


def _filter(value: Json, path: str) -> None:
    mapping()(value, path)
    kind = value.get("type", "eq")
    fields: dict[str, Check]
    if kind in ("and", "or"):
        fields = {"type": text(), "filters": array(_filter, 1)}
    else:
        fields = {"type": text(*_COMPARE), "key": text(), "value": array(_PLAIN) if kind in ("in", "nin") else _PLAIN}
    mapping(fields, *fields)(value, path)


_RANKING = mapping({"ranker": text("none", "auto", "default-2024-11-15"), "score_threshold": number(0, 1)})
_FIELDS = {
    "query": either(text(), array(text(), 1)), "rewrite_query": boolean, "max_num_results": integer(1, 50),
    "filters": _filter, "ranking_options": _RANKING,
}  # fmt: skip


def search(request: Request, store: Store) -> Answer:
    """POST /v1/vector_stores/{id}/search."""
    files = settled(request.params["id"], store)
    body = checked(request.json(), _FIELDS, "query")
    queries = body["query"] if isinstance(body["query"], list) else [body["query"]]
    least = body.get("ranking_options", {}).get("score_threshold") or 0
    found = [
        {
            "file_id": file["id"], "filename": store.files.get(file["id"], {}).get("filename", ""), "score": score,
            "attributes": file["attributes"], "content": [{"type": "text", "text": chunk}],
        }
        for file in files.values() if _passes(body.get("filters"), file["attributes"])
        for chunk in chunks(file, store) if (score := max(_likeness(query, chunk) for query in queries)) >= least
    ]  # fmt: skip
    found.sort(key=lambda one: -one["score"])
    data = found[: body.get("max_num_results", 10)]
    ends = {"has_more": False, "next_page": None}
    return Answer(body={"object": "vector_store.search_results.page", "search_query": queries, "data": data, **ends})


def _passes(wanted: Json, attributes: dict[str, Json]) -> bool:
    if wanted is None:
        return True
    if wanted["type"] in ("and", "or"):
        return (all if wanted["type"] == "and" else any)(_passes(one, attributes) for one in wanted["filters"])
    if wanted["key"] not in attributes:
        return wanted["type"] in ("ne", "nin")
    try:
        return _COMPARE[wanted["type"]](attributes[wanted["key"]], wanted["value"])
    except TypeError:
        message = f"The attribute '{wanted['key']}' cannot be compared with this value."
        raise ApiError(message, "filters", "invalid_type") from None


def _likeness(left: str, right: str) -> float:
    """The cosine of the angle between two counts of words, 0 to 1."""
    one, two = Counter(re.findall(r"\w+", left.lower())), Counter(re.findall(r"\w+", right.lower()))
    length = math.sqrt(sum(n * n for n in one.values()) * sum(n * n for n in two.values()))
    return round(min(1.0, sum(one[word] * two[word] for word in one) / length), 6) if length else 0.0
