"""What a mutant makes of one transfer: the vocabulary is that of tests/mutation."""

import json
from dataclasses import replace
from functools import cache

from jsonschema import Draft202012Validator
from tests.mutation.damage import damaged
from tests.mutation.mutants import mutants

from aioc.answer.read import read
from aioc.model.exchange import Transfer, WireRequest

from .table import Mutant

KINDS = {
    "/v1/chat/completions": "chat",
    "/v1/embeddings": "embeddings",
    "/v1/responses": "responses",
    "/v1/models": "models",
}


def overlooking(request: WireRequest, mutant: Mutant) -> WireRequest:
    """Give the request as a server sees it that knows nothing of the ignored members."""
    body = _body(request)
    if not mutant.ignored or not isinstance(body, dict):
        return request
    return replace(
        request, content=json.dumps({key: value for key, value in body.items() if key not in mutant.ignored}).encode()
    )


def broken(transfer: Transfer, mutant: Mutant, sent: WireRequest) -> Transfer:
    """Give the answer after the mutant: the same one where the mutant does not concern it.

    `sent` is what the client sent, before anything was overlooked.
    """
    if transfer.status is None or mutant.of != kind_of(transfer) or not _asked(mutant, sent):
        return transfer
    if mutant.damage:
        try:
            return damaged(transfer, mutant.damage)
        except ValueError:  # there is nothing of the kind in this answer
            return transfer
    return next((one.make() for one in mutants(read(transfer)) if one.name == mutant.known), transfer)


def kind_of(transfer: Transfer) -> str:
    """Say of which endpoint an answer is, and whether it is a stream: chat, chat-stream, responses …"""
    kind = KINDS.get(transfer.request.target.partition("?")[0], "")
    return f"{kind}-stream" if "event-stream" in (transfer.header("content-type") or "") else kind


def _asked(mutant: Mutant, sent: WireRequest) -> bool:
    if mutant.sent is None:
        return True
    headers = {name.lower(): value for name, value in sent.headers}
    return _validator(json.dumps({"properties": mutant.sent})).is_valid({"headers": headers, "body": _body(sent)})


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema))


def _body(request: WireRequest) -> object:
    return json.loads(request.content) if request.content else None
