"""A time limit on judging: no pattern, path or schema of a contributed file can hang a run."""

import signal
import sys
import threading
from contextlib import AbstractContextManager
from functools import lru_cache
from types import FrameType
from typing import Any

JUDGE_SECONDS = 2.0
AGAIN_SECONDS = 0.2
"""Who catches the error (a library, a finalizer) gets it again after so long."""


class TooSlowError(BaseException):
    """Judging took longer than its limit. No Exception: libraries catch those, and would go on for hours."""


def time_limit(seconds: float | None = None) -> AbstractContextManager[None]:
    """Raise TooSlowError inside the block after so many seconds of processor time (a busy machine is nobody's fault).

    Works in the main thread of POSIX systems; elsewhere the limits on sizes (path, pattern, body) have to do. Blocks
    do not stand in each other.
    """
    return _Limit(JUDGE_SECONDS if seconds is None else seconds)


class _Limit(AbstractContextManager[None]):
    """One block. Entered for each answer and invariant, so it only sets a timer: the handler stays."""

    inside = False

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._works = False
        self._told: Any = None

    def __enter__(self) -> None:
        self._works = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
        if self._works:
            _listen()
            # Raised in a finalizer Python drops it, and would tell so on stderr; it comes again.
            self._told = told = sys.unraisablehook
            sys.unraisablehook = lambda dropped: None if dropped.exc_type is TooSlowError else told(dropped)
            _Limit.inside = True
            signal.setitimer(signal.ITIMER_PROF, self._seconds, AGAIN_SECONDS)

    def __exit__(self, *_: object) -> None:
        if not self._works:
            return
        try:
            _Limit.inside = False
        finally:  # also when it came just before `inside` was taken back
            _Limit.inside = False
            signal.setitimer(signal.ITIMER_PROF, 0)
            sys.unraisablehook = self._told


@lru_cache(maxsize=1)
def _listen() -> None:
    """Take the signal, once: nobody else in this process wants it."""
    signal.signal(signal.SIGPROF, _too_slow)


def _too_slow(_number: int, _frame: FrameType | None) -> None:
    if _Limit.inside:
        raise TooSlowError
