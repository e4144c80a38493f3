"""How the time of a piece of work grows with its size: what stays in proportion is not quadratic, on any machine."""

import time
from collections.abc import Callable

TIMES = 8
QUADRATIC = 3 * TIMES
"""A ratio that work in proportion (8) stays below, and quadratic work (64) does not."""


def growth(work: Callable[[int], object], size: int) -> float:
    """Give how many times the processor's seconds of eight times the size are those of the size, the best of three."""
    small, large = (min(_seconds(work, number) for _ in range(3)) for number in (size, TIMES * size))
    return large / small


def _seconds(work: Callable[[int], object], size: int) -> float:
    started = time.process_time()
    work(size)
    return max(time.process_time() - started, 1e-4)
