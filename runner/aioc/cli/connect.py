"""From options to a target: base URL, key, headers, certificates; secrets come from the environment only."""

import os
import re

from aioc.cli.options import RunOptions
from aioc.execute.target import Target
from aioc.model.problem import bad_input


def target_of(options: RunOptions, base_url: str) -> Target:
    """Make the target. Raises BadInputError for a variable that is not set, a file that is not there …"""
    key = _environment(options.api_key_env, "--api-key-env") if options.api_key_env else None
    headers = tuple(_header(item) for item in options.header)
    if bool(options.cert) != bool(options.key):
        raise bad_input("--cert and --key belong together")
    for path in (options.cacert, options.cert, options.key):
        if path is not None and not path.is_file():
            raise bad_input(f"{path} does not exist", hint="--cacert, --cert and --key name PEM files")
    return Target.at(
        base_url,
        (*((key,) if key else ()), *(value for _, value in headers)),
        api_key=key,
        headers=headers,
        query=tuple(_query(item) for item in options.query),
        cacert=str(options.cacert) if options.cacert else None,
        cert=(str(options.cert), str(options.key)) if options.cert else None,
        proxy=options.proxy,
        max_body=options.max_body << 20,
    )


def _header(item: str) -> tuple[str, str]:
    name, sign, variable = item.partition("=")
    if not sign or not re.fullmatch(r"[A-Za-z0-9-]+", name):
        raise bad_input(
            f"--header {item!r} is not NAME=ENV",
            hint="--header X-Team=TEAM_TOKEN reads the variable TEAM_TOKEN",
        )
    return name, _environment(variable, "--header")


def _query(item: str) -> tuple[str, str]:
    name, sign, value = item.partition("=")
    if not sign:
        raise bad_input(f"--query {item!r} is not NAME=VALUE", hint="--query api-version=2024-10-21")
    return name, value


def _environment(name: str, asked_by: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise bad_input(
            f"the environment variable {name!r} (of {asked_by}) is not set",
            hint="keys come from the environment only, never from the command line",
        )
    if not value.isascii() or not value.isprintable():
        raise bad_input(f"the environment variable {name!r} holds characters that no header can")
    return value
