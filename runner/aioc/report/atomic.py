"""Files that are whole or not there: written beside their place, then moved."""

import os
import tempfile
from pathlib import Path

from aioc.report.journal import ReportError

_STREAMS = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/self/fd/")


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file; on any fault the old one stays. Raises ReportError.

    What is no file (/dev/stdout, a pipe) is written into: it must stay what it is.
    """
    temporary = ""
    try:
        if is_written_into(path):
            with path.open("ab") as file:
                file.write(content)
            return
        path = path.resolve()  # a link stays a link
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise ReportError(path, error.strerror or str(error)) from error


def is_written_into(path: Path) -> bool:
    """Whether it is a device or a pipe: nothing may be put in its place."""
    return str(path).startswith(_STREAMS) or (path.exists() and not path.is_file() and not path.is_dir())


def check_writable(path: Path) -> None:
    """Find out before the run whether a report can be written there. Raises ReportError."""
    if is_written_into(path):
        if not os.access(path, os.W_OK):
            raise ReportError(path, "it is not writable" if path.exists() else "it does not exist")
        return
    folder = path.parent
    if not folder.is_dir():
        raise ReportError(path, f"there is no folder {folder}")
    if path.is_dir():
        raise ReportError(path, "it is a folder")
    if not os.access(folder, os.W_OK):
        raise ReportError(path, f"the folder {folder} is not writable")
