"""POST /v1/rerank: no endpoint of OpenAI, but one that many servers have; documents that share words come first."""

from aioc.reference.answer import Answer, Json
from aioc.reference.checks import array, boolean, checked, integer, text
from aioc.reference.models import require
from aioc.reference.request import Request
from aioc.reference.store import Store
from aioc.reference.text import count, seed_of

_FIELDS = {
    "model": text(), "query": text(least=1), "documents": array(text(least=1), 1, 1000), "top_n": integer(1),
    "return_documents": boolean,
}  # fmt: skip


def create(request: Request, store: Store) -> Answer:
    """The documents' indexes and scores between 0 and 1, best first, at most `top_n` of them."""
    body = checked(request.json(), _FIELDS, "model", "query", "documents")
    require(body["model"], "ranking")
    documents = body["documents"]
    scores = [_score(body["query"], one) for one in documents]
    best = sorted(range(len(documents)), key=lambda index: -scores[index])
    results: list[Json] = [{"index": index, "relevance_score": scores[index]} for index in best[: body.get("top_n")]]
    if body.get("return_documents"):
        results = [{**one, "document": {"text": documents[one["index"]]}} for one in results]
    tokens = sum(count(body["query"]) + count(one) for one in documents)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return Answer(body={"id": store.new_id("rerank-"), "model": body["model"], "results": results, "usage": usage})


def _score(query: str, document: str) -> float:
    """Shared words, and a little noise so that no two are alike."""
    asked, said = ({word.strip(".,?!") for word in words.lower().split()} for words in (query, document))
    noise = seed_of(query, document) % 1000 / 10_000
    return round(0.9 * len(asked & said) / len(asked) + noise, 6)
