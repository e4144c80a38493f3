"""`aioc` that starts at once: one process has imported everything and read the catalogue, each call is a fork of it.

A start of aioc takes a second or two of processor time; the blocks of the documentation are some hundred calls.

usage: quick.py SOCKET
"""

import importlib
import json
import os
import pkgutil
import signal
import socket
import sys
import traceback
from pathlib import Path

SHIM = """\
#!{python} -SE
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as line:
    line.connect({path!r})
    call = [os.path.basename(sys.argv[0]), sys.argv[1:], os.getcwd(), dict(os.environ)]
    socket.send_fds(line, [json.dumps(call).encode()], [0, 1, 2])
    sys.exit(int(line.recv(16) or b"99"))
"""


def shims(folder: Path, path: Path) -> None:
    """Write the commands that ask the process at this socket."""
    for name in ("aioc", "aioc-run"):
        (folder / name).write_text(SHIM.format(python=sys.executable, path=str(path)))
        (folder / name).chmod(0o755)


def serve(path: str) -> None:
    """Import and read everything, then answer calls until this process is ended."""
    _prepare()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system takes the children that are over
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        listener.settimeout(900)  # who asks for nothing for so long is dead
        print("ready", flush=True)
        while True:
            line, _ = listener.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _answer(line)
            line.close()


def _prepare() -> None:
    import aioc
    from aioc.read.tree import load

    load()  # it is kept
    load(lint=True)
    for module in pkgutil.walk_packages(aioc.__path__, "aioc."):
        if module.name != "aioc.__main__":
            importlib.import_module(module.name)


def _answer(line: socket.socket) -> None:
    from aioc.cli import main, run_main

    message, descriptors, _, _ = socket.recv_fds(line, 1 << 16, 3)
    name, arguments, folder, environment = json.loads(message)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode, closefd=False) for number, mode in enumerate("rww"))
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    code: object = 98
    try:
        (run_main if name == "aioc-run" else main)(arguments)
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:  # aioc leaves no stdout when its reader went away
                stream.flush()
        line.sendall(str(code).encode())
        os._exit(0)


if __name__ == "__main__":
    serve(sys.argv[1])
