"""`aioc serve`: the reference server, kept running."""

import signal
import threading

import click


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    envvar="AIOC_PORT",
    help="0 takes a free one.",
)
@click.option("--host", default="127.0.0.1", show_default=True, envvar="AIOC_HOST")
def serve(port: int, host: str) -> int:
    """Start the reference server: it answers as OpenAI documents, without any model."""
    from aioc.model.problem import bad_input  # noqa: PLC0415
    from aioc.reference.server import ReferenceServer  # noqa: PLC0415

    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    try:
        server = ReferenceServer(port=port, host=host)
        server.start()
    except OSError as error:
        raise bad_input(
            f"cannot listen on {host}:{port}: {error.strerror or error}", hint="choose another --port"
        ) from error
    click.echo(f"the reference server listens on {server.base_url}; Ctrl-C ends it")
    over.wait()
    server.close()
    return 0
