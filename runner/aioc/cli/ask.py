"""One request sent for `aioc new`: where to, with which model, and which secrets go with it."""

import base64
import os
import re
from dataclasses import field, replace

from aioc.author.asked import VARIABLE, Asked, is_secret
from aioc.author.drafted import request_of
from aioc.cli.connect import answered, asker, target_of
from aioc.cli.options import RunOptions
from aioc.cli.session import referenced
from aioc.judge.wire import wire
from aioc.model.catalogue import Catalogue
from aioc.model.exchange import Transfer, WireRequest
from aioc.model.frozen import frozen
from aioc.model.problem import BadInputError, bad_input
from aioc.overlay import resolve
from aioc.survey import NoAnswerError, Survey


@frozen
class Answer:
    """What came, from which model, and the secrets that went with the request."""

    transfer: Transfer
    model: str
    secrets: tuple[str, ...] = field(repr=False)


@answered()
def answer_to(asked: Asked, options: RunOptions, catalogue: Catalogue, own: WireRequest | None) -> Answer:
    """Send the request; `own` is the curl command's, whose secrets go with it to its own host."""
    with referenced(options) as given:
        base_url, models = given.base_url, dict(given.models)
        if base_url is None:
            base_url = resolve(given.server, catalogue, ("reference",)).base_url
        if base_url is None:
            raise bad_input(f"the overlay {given.server} names no address", hint="--base-url URL")
        target = target_of(given, base_url)
        if own is not None:
            secret = _secrets(own) if given.api_key_env is None else ()
            hidden = (part for _, value in secret for part in (value, value.rpartition(" ")[2]))
            target = replace(target, headers=(*target.headers, *secret), secrets=(*target.secrets, *hidden))
        ask = asker(target, given.timeout)
        survey = Survey(ask, given.wait)
        survey.reach(target.url, target.proxy)
        if asked.role and asked.role not in models:
            models[asked.role] = asked.model if own is not None else _model(asked, survey)
        transfer = ask(wire(request_of(asked), models)).transfer
    if transfer.failure is not None:
        raise NoAnswerError(f"no answer: {transfer.failure.what}", transfer.failure.hint)
    return Answer(transfer, models.get(asked.role, asked.model), target.secrets)


def _model(asked: Asked, survey: Survey) -> str:
    """Give the server's model for the role: the one that was asked for, if it has it."""
    if asked.model in survey.listed():
        return asked.model
    try:
        return str(survey.roles({}).get(asked.role, asked.model))
    except BadInputError:  # it lists none: it may still know this one
        return asked.model


def _secrets(own: WireRequest) -> tuple[tuple[str, str], ...]:
    """Give the headers of the curl command that are secrets, as its shell would have filled them in."""
    found = []
    for name, value in own.headers:
        if value is not None and is_secret(name):
            filled = expanded(value)
            if not filled.isascii() or not filled.isprintable():
                raise bad_input(f"the header {name} holds characters that no header can")
            kind, _, user = filled.partition(" ")
            if kind == "Basic" and ":" in user:  # curl's -u
                filled = f"Basic {base64.b64encode(user.encode()).decode()}"
            found.append((name, filled))
    return tuple(found)


def expanded(text: str) -> str:
    """Put the environment's variables in, as the shell does. Raises BadInputError for one that is not set."""

    def value(found: re.Match[str]) -> str:
        if not os.environ.get(found[1]):
            raise bad_input(f"the environment variable {found[1]!r} is not set", hint=f"export {found[1]}=…")
        return os.environ[found[1]]

    return VARIABLE.sub(value, text)
