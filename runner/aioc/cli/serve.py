"""`aioc serve`: the reference server, kept running."""

import signal
import threading

import click

from aioc.cli.kinds import TEXT, Whole
from aioc.model.problem import bad_input


@click.command(short_help="Start the reference server.")
@click.option(
    "--port",
    type=Whole(0, 65535),
    default=8080,
    metavar="N",
    show_default=True,
    envvar="AIOC_PORT",
    help="The port; 0 takes a free one.",
)
@click.option(
    "--host",
    type=TEXT,
    default="127.0.0.1",
    metavar="ADDRESS",
    show_default=True,
    envvar="AIOC_HOST",
    help="The address to listen on; 0.0.0.0 is every one.",
)
def serve(port: int, host: str) -> int:
    """Start the reference server: it answers as OpenAI documents, without any model.

    \b
    aioc serve                 until Ctrl-C
    aioc serve --port 0        on a free port, which it says

    Exit code: 0 ended, 2 bad input.
    """
    from aioc.reference.server import ReferenceServer

    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    try:
        server = ReferenceServer(port=port, host=host)
    except OSError as error:
        why = str(error.strerror or error).partition(" (while ")[0]
        raise bad_input(
            f"cannot listen on {host}:{port}: {why}",
            hint="choose another --port, or an address of this machine as --host",
        ) from error
    with server:
        click.echo(f"the reference server listens on {server.base_url}; Ctrl-C ends it")
        over.wait()
    return 0
