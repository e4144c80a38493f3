"""Plays cases side by side: worker threads send and wait, the main thread judges and decides what is sent next.

Threads with one connection a case measured best (a shared AsyncClient gets slower with concurrency); judging
stays in the main thread, where a time limit can interrupt it.
"""

import contextlib
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from aioc.answer.read import read
from aioc.judge.guard import TooSlowError, time_limit
from aioc.judge.script import Ask, Pause, Script, Send
from aioc.model.case import Case
from aioc.model.exchange import Exchange, Transfer, WireRequest
from aioc.model.frozen import frozen
from aioc.model.result import Result, Verdict

SWITCH_SECONDS = 0.0005
"""With 16 streams at once the latest hundredth of all events is dated 4 ms late, not 12 (benchmarks/arrival.py)."""


class Sender(Protocol):
    """Something that answers requests: a connection to a server, or a journal."""

    def exchange(self, request: WireRequest, seconds: float, *, retry_busy: bool = True) -> Transfer:
        """Send one request and give all that came back; never raises for what a server does."""

    def abort(self) -> None:
        """End what is under way, from another thread."""


Opener = Callable[[Case], AbstractContextManager[Sender]]
"""Opens the connection of a case (a new one for each copy)."""


@dataclass(slots=True)
class _Playing:
    """One case under way: its script, and the queue through which its worker gets the next thing to do."""

    case: Case
    script: Script
    todo: "queue.SimpleQueue[Ask | None]"


@frozen
class _Done:
    """What a worker brings home; `fault` is an error of our own, which ends its case and not the run.

    Nothing (`transfers` is None) comes of a case that was ready when the run was stopped, or its time was over.
    """

    case_id: str
    transfers: tuple[Transfer, ...] | None = None
    fault: Exception | None = None


class Conductor:
    """Plays cases, at most `jobs` at once; `stop` ends it early and leaves the rest unplayed."""

    def __init__(self, opener: Opener, jobs: int = 1, begun: Callable[[Case], None] | None = None) -> None:
        """Take the way to a server, how many cases may be under way at once, and who is told of each that begins."""
        self._opener = opener
        self._jobs = jobs
        self._begun = begun
        self._done: queue.SimpleQueue[_Done | Case] = queue.SimpleQueue()
        self._playing: dict[str, _Playing] = {}
        self._workers: _Workers
        self._senders: set[Sender] = set()
        self._lock = threading.Lock()
        self.until = float("inf")
        """When no further case is to be sent (monotonic seconds)."""
        self.late = False
        """Whether one was not sent for that."""
        self.stopped = False
        self._aborted = False

    def stop(self) -> None:
        """Start no more cases; those under way end as they can."""
        self.stopped = True

    def abort(self) -> None:
        """Stop, and end what is under way (Ctrl-C): sockets are closed, threads come home."""
        self.stop()
        with self._lock:
            self._aborted = True
            for sender in self._senders:
                sender.abort()

    def play(
        self, cases: Iterable[tuple[Case, Script]], *, alone: bool = False, idle: Callable[[], bool] = lambda: False
    ) -> Iterator[Result]:
        """Play every case and give its result as soon as it is there, in the order in which they end.

        The server does not wait for us: as many cases as may be under way are ready besides, and one is sent as soon
        as the answer of another has come that sends nothing more (but `alone` each is played to its end). `idle` is
        called while no answer is there; it does a piece of work and says whether there was one.
        """
        jobs, ready = (1, 0) if alone else (self._jobs, self._jobs)
        # A thread that waits for its turn reads the clock late: at most by this much (Python's own is 5 ms).
        sys.setswitchinterval(SWITCH_SECONDS)
        waiting = iter(cases)
        playing = self._playing = {}
        workers = self._workers = _Workers(self._work, jobs)
        try:
            while True:
                yield from self._fill(waiting, jobs + ready)
                if not playing:
                    return
                while self._done.empty() and idle():
                    pass
                done = self._done.get()
                if isinstance(done, Case):
                    if self._begun is not None:
                        self._begun(done)
                    continue
                entry = playing.get(done.case_id)
                if entry is None:  # it was over before anything was sent
                    continue
                if done.fault is not None:
                    yield from self._over(entry, _faulty(entry.case, done.fault))
                elif done.transfers is None:
                    yield from self._over(entry)
                else:
                    yield from self._go_on(entry, done.transfers)
        finally:
            workers.close()
            for entry in playing.values():
                entry.todo.put(None)

    def _fill(self, waiting: Iterator[tuple[Case, Script]], most: int) -> Iterator[Result]:
        """Make cases ready until there are so many; gives those that are over without an answer."""
        while (
            len(self._playing) < most and not (self.stopped or self.late) and (item := next(waiting, None)) is not None
        ):
            case, script = item
            entry = self._playing[case.id] = _Playing(case, script, queue.SimpleQueue())
            self._workers.take(entry)
            yield from self._go_on(entry, None)

    def _go_on(self, entry: _Playing, transfers: Sequence[Transfer] | None) -> Iterator[Result]:
        """Hand the script its answers; pass on what it asks for, or give its result."""
        answers: list[Exchange] = []
        try:
            with time_limit():
                answers = [read(transfer) for transfer in transfers or ()]
                ask = next(entry.script) if transfers is None else entry.script.send(answers)
        except StopIteration as end:
            result: Result = end.value
        except TooSlowError:
            result = Result(
                entry.case,
                Verdict.ERROR,
                exchanges=tuple(answers),
                reason="judging took too long",
                hint="a pattern, path or schema of this case is too costly for this answer",
            )
        except Exception as fault:  # a fault of ours must not take the other cases with it
            result = _faulty(entry.case, fault)
        else:
            entry.todo.put(ask)
            return
        yield from self._over(entry, result)

    def _over(self, entry: _Playing, *results: Result) -> Iterator[Result]:
        yield from results  # first: whoever takes it may stop the run, and the worker would go on to the next case
        entry.todo.put(None)
        del self._playing[entry.case.id]

    def _work(self, entry: _Playing) -> None:
        """Send what one case asks for, on one connection, until it asks for nothing more."""
        case = entry.case
        late = time.monotonic() > self.until
        self.late |= late
        if self.stopped or late:
            self._done.put(_Done(case.id))
            return
        if self._begun is not None:
            self._done.put(case)
        try:
            with self._opened(case) as sender:
                while (ask := entry.todo.get()) is not None:
                    transfers = self._serve(case, sender, ask)
                    self._done.put(_Done(case.id, transfers))
                    if _sends_once(case) and all(transfer.failure is None for transfer in transfers):
                        return  # while it is judged, the next one is sent
        except Exception as fault:  # without a word from here the main thread would wait for ever
            self._done.put(_Done(case.id, fault=fault))

    @contextmanager
    def _opened(self, case: Case) -> Iterator[Sender]:
        """Open a connection that `abort` reaches, also when it comes too late to be waited for."""
        with self._opener(case) as sender:
            with self._lock:
                self._senders.add(sender)
                if self._aborted:
                    sender.abort()
            try:
                yield sender
            finally:
                with self._lock:
                    self._senders.discard(sender)

    def _serve(self, case: Case, sender: Sender, ask: Ask) -> tuple[Transfer, ...]:
        if isinstance(ask, Pause):
            time.sleep(ask.seconds)
            return ()
        if len(ask.requests) == 1:
            return (sender.exchange(ask.requests[0], ask.seconds, retry_busy=ask.retry_busy),)
        with ThreadPoolExecutor(len(ask.requests)) as pool:
            return tuple(pool.map(lambda request: self._copy(case, request, ask), ask.requests))

    def _copy(self, case: Case, request: WireRequest, ask: Send) -> Transfer:
        with self._opened(case) as sender:
            return sender.exchange(request, ask.seconds, retry_busy=ask.retry_busy)


class _Workers:
    """The threads that work: `most` of them when there are so many cases, each for one case after the other."""

    def __init__(self, work: Callable[[_Playing], None], most: int) -> None:
        self._work = work
        self._most = most
        self._entries: queue.SimpleQueue[_Playing | None] = queue.SimpleQueue()
        self._number = 0

    def take(self, entry: _Playing) -> None:
        """Have a case worked at as soon as a thread is free."""
        if self._number < self._most:
            self._number += 1
            # Daemon threads: a server that never answers must not keep an interrupted run alive.
            threading.Thread(target=self._serve, daemon=True).start()
        self._entries.put(entry)

    def close(self) -> None:
        """Let each thread end when its case is over; what no thread has taken is left."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._entries.get_nowait()
        for _ in range(self._number):
            self._entries.put(None)

    def _serve(self) -> None:
        while (entry := self._entries.get()) is not None:
            self._work(entry)


def _sends_once(case: Case) -> bool:
    """Whether nothing can follow the first answer of a case: what it says then decides about no further request."""
    if len(case.steps) != 1 or case.steps[0].until is not None or case.danger:
        return False
    (step,) = case.steps
    given = [*case.given, *step.given, *(condition for check in step.checks for condition in check.given)]
    return all(condition.tries == 1 for condition in given)


def _faulty(case: Case, fault: Exception) -> Result:
    return Result(
        case,
        Verdict.ERROR,
        reason=f"aioc itself failed: {type(fault).__name__}: {fault}"[:300],
        hint="this is a fault of aioc, not of the server: please report it with the journal",
    )
