"""A time limit on judging: no pattern, path or schema of a contributed file can hang a run."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

JUDGE_SECONDS = 2.0
AGAIN_SECONDS = 0.2
"""Who catches the error (a library, a finalizer) gets it again after so long."""


class TooSlowError(BaseException):
    """Judging took longer than its limit. No Exception: libraries catch those, and would go on for hours."""


@contextmanager
def time_limit(seconds: float = JUDGE_SECONDS) -> Iterator[None]:
    """Raise TooSlowError inside the block after so many seconds of processor time (a busy machine is nobody's fault).

    Works in the main thread of POSIX systems; elsewhere the limits on sizes (path, pattern, body) have to do.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    inside = True

    def too_slow(_number: int, _frame: object) -> None:
        if inside:
            raise TooSlowError

    # Raised in a finalizer Python drops it, and would tell so on stderr; it comes again.
    told = sys.unraisablehook
    sys.unraisablehook = lambda dropped: None if dropped.exc_type is TooSlowError else told(dropped)
    before = signal.signal(signal.SIGPROF, too_slow)
    signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN_SECONDS)
    try:
        try:
            yield
        finally:
            inside = False
    finally:  # also when it came just before `inside` was taken back
        inside = False
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        sys.unraisablehook = told
