"""From options to a target: base URL, key, headers, certificates; secrets come from the environment only."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

import click

from aioc.answer.read import read
from aioc.cli.options import RunOptions
from aioc.cli.problems import show_problems
from aioc.execute.client import Connection
from aioc.execute.target import Target, parse_base_url, tls_context
from aioc.model.exchange import Exchange, WireRequest
from aioc.model.problem import BadInputError, bad_input
from aioc.survey import Asker, NoAnswerError
from aioc.verdict import NOT_JUDGED


@contextmanager
def answered() -> Iterator[None]:
    """End with exit code 3 when nobody answers: an engine that tries again what could not be judged finds it there."""
    try:
        yield
    except NoAnswerError as error:
        show_problems([error.problem])
        raise click.exceptions.Exit(NOT_JUDGED) from error


def asker(target: Target, seconds: float) -> Asker:
    """Ask each question on a connection of its own, as cases are asked: an error may spoil one."""

    def ask(request: WireRequest) -> Exchange:
        with Connection(target) as connection:
            return read(connection.exchange(request, seconds))

    return ask


def target_of(options: RunOptions, base_url: str) -> Target:
    """Make the target. Raises BadInputError for a variable that is not set, a file that is not there …"""
    key = _environment(options.api_key_env, "--api-key-env") if options.api_key_env else None
    headers = tuple(_header(item) for item in options.header)
    if bool(options.cert) != bool(options.key):
        raise bad_input("--cert and --key belong together", hint="--cert client.pem --key client-key.pem")
    for path in (options.cacert, options.cert, options.key):
        if path is not None and not path.is_file():
            why = "is no file" if path.exists() else "does not exist"
            raise bad_input(f"{path} {why}", hint="--cacert, --cert and --key name PEM files")
    proxy, hidden = _proxy(options.proxy) if options.proxy else (None, ())
    target = Target.at(
        base_url,
        (*((key,) if key else ()), *(value for _, value in headers), *hidden),
        api_key=key,
        headers=headers,
        query=tuple(_query(item) for item in options.query),
        cacert=str(options.cacert) if options.cacert else None,
        cert=(str(options.cert), str(options.key)) if options.cert else None,
        proxy=proxy,
        max_body=options.max_body << 20,
    )
    if target.cacert or target.cert:
        tls_context(target.cacert, target.cert)  # what cannot be used is told before anything is sent
    return target


def _proxy(text: str) -> tuple[str, tuple[str, ...]]:
    """Give the proxy's URL, and its password."""
    try:
        *_, hidden = parse_base_url(text)
    except BadInputError as error:
        raise bad_input(f"--proxy: {error.problems[0].what}", hint="such as http://localhost:3128") from error
    return text if "://" in text else f"http://{text}", hidden


def _header(item: str) -> tuple[str, str]:
    name, _, variable = item.partition("=")
    if not variable or not re.fullmatch(r"[A-Za-z0-9-]+", name):
        shown = re.split(r"[:=\s]", item)[0]  # what follows may be a key
        raise bad_input(
            f"--header {shown!r} is not NAME=ENV",
            hint="--header X-Team=TEAM_TOKEN reads the variable TEAM_TOKEN",
        )
    return name, _environment(variable, "--header")


def _query(item: str) -> tuple[str, str]:
    name, sign, value = item.partition("=")
    if not sign or not name:
        raise bad_input(f"--query {item!r} is not NAME=VALUE", hint="--query api-version=2024-10-21")
    return name, value


def _environment(name: str, asked_by: str) -> str:
    value = os.environ.get(name)
    if not value:
        if not re.fullmatch(r"\w+", name, re.ASCII):
            raise bad_input(  # it may be the key itself: it is not shown
                f"{asked_by} wants the name of an environment variable, and this is none",
                hint=f"export API_KEY=…, then {asked_by} {'NAME=' if asked_by == '--header' else ''}API_KEY",
            )
        raise bad_input(
            f"the environment variable {name!r} (of {asked_by}) is not set",
            hint=f"export {name}=…: keys come from the environment only, never from the command line",
        )
    if not value.isascii() or not value.isprintable():
        raise bad_input(
            f"the environment variable {name!r} holds characters that no header can",
            hint="does it end with a line break?",
        )
    return value
