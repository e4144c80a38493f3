"""Files that are whole or not there: written beside their place, then moved."""

import os
import tempfile
from pathlib import Path

from aioc.report.journal import ReportError


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file; on any fault the old one stays. Raises ReportError."""
    temporary = ""
    try:
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


def check_writable(path: Path) -> None:
    """Find out before the run whether a report can be written there. Raises ReportError."""
    folder = path.parent
    if not folder.is_dir():
        raise ReportError(path, f"there is no folder {folder}")
    if path.is_dir():
        raise ReportError(path, "it is a folder")
    if not os.access(folder, os.W_OK):
        raise ReportError(path, f"the folder {folder} is not writable")
