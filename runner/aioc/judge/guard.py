"""A time limit on judging: no pattern, path or schema of a contributed file can hang a run (reliability.md §2)."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

JUDGE_SECONDS = 2.0


class TooSlowError(Exception):
    """Judging took longer than its limit."""


@contextmanager
def time_limit(seconds: float = JUDGE_SECONDS) -> Iterator[None]:
    """Raise TooSlowError inside the block after so many seconds of processor time (a busy machine is nobody's fault).

    Works in the main thread of POSIX systems; elsewhere the limits on sizes (path, pattern, body) have to do.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def too_slow(_number: int, _frame: object) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGPROF, too_slow)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
