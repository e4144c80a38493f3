"""`aioc probe URL`: the quick look, one row an endpoint, at most two requests each."""

from typing import Any

import click

from aioc.cli.kinds import TEXT
from aioc.cli.options import RunOptions, connection_options, decorated, option, take_models, timeout_option


def _options(command: Any) -> Any:
    return decorated(
        command,
        [
            option(
                "--name",
                metavar="LABEL",
                help="What the server is called here; takes the overlay of that name, if there is one.",
            ),
            option(
                "--server",
                metavar="NAME",
                help="The server's overlay by name or file; default: the server is recognised.",
            ),
            *connection_options(),
            timeout_option(20.0, "request"),
        ],
    )


@click.command(short_help="Show which endpoints a server has.")
@click.argument("url", type=TEXT)
@_options
def probe(url: str, name: str | None, server: str | None, **given: Any) -> int:
    """Show which endpoints a server has and how well they hold; a row takes at most two requests.

    URL is where the server listens, with or without /v1.

    \b
    aioc probe http://localhost:8080 --name llama.cpp
    aioc probe https://titan.example/api --name titan-llm --api-key-env TITAN_KEY --cacert ca.pem

    Exit code: 0 every row holds, 1 a row fails, 2 bad input, 3 something could not be judged.
    """
    from aioc.cli.probing import probe_session  # noqa: PLC0415

    return probe_session(RunOptions(base_url=url, models=take_models(given), **given), name, server)
