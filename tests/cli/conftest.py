"""What the tests of the command line share: the commands in this process, and a reference server."""

from types import SimpleNamespace

import pytest

from aioc.cli import main as aioc_main
from aioc.cli import run_main
from aioc.reference.server import ReferenceServer


@pytest.fixture(scope="session")
def reference():
    """Keep one reference server for all tests."""
    with ReferenceServer() as server:
        yield server


@pytest.fixture
def call(capsys):
    """Call `aioc-run` (or `aioc`) and give code, out and err."""

    def run(*arguments, command="aioc-run"):
        entry = run_main if command == "aioc-run" else aioc_main
        with pytest.raises(SystemExit) as end:
            entry([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return SimpleNamespace(code=end.value.code, out=printed.out, err=printed.err)

    return run


@pytest.fixture
def silent():
    """Serve the list of models, and leave every other request waiting."""
    import socket
    import threading

    listener = socket.create_server(("127.0.0.1", 0))
    opened = []

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            opened.append(connection)
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    def talk(connection):
        while True:
            try:
                asked = connection.recv(65536)
            except OSError:
                return
            if not asked:
                return
            if asked.startswith(b"GET /v1/models") or b"aioc-no-such-route" in asked:
                status = b"200 OK" if asked.startswith(b"GET /v1/models") else b"404 Not Found"
                body = b'{"object": "list", "data": []}'
                head = b"HTTP/1.1 %b\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
                connection.sendall(head % (status, len(body)) + body)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.close()
    for connection in opened:
        connection.close()
