"""One connection to the server under test: sends a request, and gives all that came back, whatever that is."""

import contextlib
import ssl
import time
from dataclasses import replace

import httpcore

from aioc.execute.body import EncodingError, LimitError
from aioc.execute.network import AbortedError, Clock, DeadlineError
from aioc.execute.outgoing import build, masked, shown
from aioc.execute.reading import Reading
from aioc.execute.retry import GATEWAY_WAIT, busy_wait, is_gateway
from aioc.execute.target import Target, in_words
from aioc.execute.transport import Transport
from aioc.model.exchange import Failure, Transfer, WireRequest
from aioc.model.problem import BadInputError
from aioc.report.text import Masker

MAX_RETRIES = 3


class Connection(contextlib.AbstractContextManager["Connection"]):
    """Sends the requests of one case, one after the other, on one connection while the server keeps it."""

    def __init__(self, target: Target) -> None:
        """Prepare; nothing is sent yet."""
        self._target = target
        self._clock = Clock()
        self._transport = Transport(target, self._clock)
        self._promised = False
        """Whether the answer before said that the connection stays open."""

    def __exit__(self, *_: object) -> None:
        """Close the socket."""
        self._transport.close()

    def abort(self) -> None:
        """End what is under way and all that would follow, from another thread."""
        self._clock.abort()

    def exchange(self, request: WireRequest, seconds: float, *, retry_busy: bool = True) -> Transfer:
        """Send a request and read the answer within so many seconds, retries included. Never raises.

        429, and 503 with Retry-After, are waited out (unless `retry_busy` is off); an empty 502 or 504 is a
        gateway's and is asked again once; a kept connection that died is opened anew.
        """
        until = time.monotonic() + seconds
        retries: list[str] = []
        gateway = lost = False
        busy = 0
        while True:
            self._clock.until = until
            transfer = self._once(request, seconds, lost=lost)
            # Lost on a reused connection: nothing of an answer had come. On a fresh one it is the server's failure.
            if transfer.facts["connection_lost"] and transfer.facts["connection_reused"] and not lost:
                lost = True
                retries.append("the server had closed the connection it kept")
                continue
            if transfer.failure is not None:
                break
            if is_gateway(transfer):
                why, wait = f"{transfer.status} without a JSON body", GATEWAY_WAIT
                if gateway:
                    failure = Failure("gateway", f"{why}, twice", "is the server behind this gateway running?")
                    transfer = replace(transfer, failure=failure)
                    break
                gateway = True
            else:
                after = busy_wait(transfer, busy) if retry_busy else None
                if after is None:
                    break
                why, wait = f"{transfer.status}, waited {_plain(after)} s", after
                if busy >= MAX_RETRIES or wait >= until - time.monotonic():
                    transfer = replace(transfer, failure=_busy(transfer.status, busy, wait))
                    break
                busy += 1
            retries.append(why)
            self._clock.aborted.wait(min(wait, max(0.0, until - time.monotonic())))
        return replace(transfer, retries=tuple(retries))

    def _once(self, request: WireRequest, seconds: float, *, lost: bool) -> Transfer:
        """Send once. Whatever breaks, what had come until then is kept."""
        clock = self._clock
        clock.begin()
        started_unix, started = time.time(), time.monotonic()
        connects = clock.connects
        reading = Reading(request, self._target.max_body, clock)
        failure: Failure | None = None
        sent = replace(request, headers=())
        clean = False
        try:
            built = build(self._target, request)
            sent = replace(request, headers=shown(built.headers, self._target))
            response = self._transport.send(built)
            try:
                if clock.first_read is None:
                    raise httpcore.RemoteProtocolError("the answer was there before the request was sent")
                reading.head(response)
                reading.read(response.iter_stream())
                clean = reading.cut is None
            finally:
                # Closing an answer that is not read to its end closes its socket: that is what a hang-up is.
                with contextlib.suppress(Exception):
                    response.close()
        except Exception as error:  # what a server or a network does must never end the run
            failure = _failure(error, reading, clock, seconds)
        if failure is not None:
            # An error may quote what the server sent, and be told before anything is journalled.
            failure = replace(failure, what=Masker(self._target.secrets).text(failure.what))
        ended = time.monotonic() if failure or reading.facts.get("still_open") else clock.last_read
        if not clean:
            self._transport.close()
        opened = clock.connects != connects
        reused = clock.sent is not None and not opened
        dead = reused and clock.ended and clock.first_read is None and not clock.aborted.is_set()
        gone = self._promised and opened
        self._promised = clean and reading.keeps
        begun = clock.sent or started
        facts = {
            **reading.facts,
            "time_to_first_byte_ms": None if clock.first_read is None else (clock.first_read - begun) * 1000,
            "connection_reused": reused,
            "connection_lost": lost or dead or gone,
            "clean_close": clean,
        }
        return Transfer(
            sent,
            reading.status,
            tuple((name, masked(name, value, ())) for name, value in reading.headers),
            reading.body,
            tuple(reading.arrivals),
            started_unix + (begun - started),
            max(0.0, (ended - begun) * 1000),
            facts,
            failure,
            reading.cut,
        )


def _busy(status: int | None, tried: int, wait: float) -> Failure:
    if tried >= MAX_RETRIES:
        return Failure("busy", f"still {status} after {tried} retries", "is somebody else using the server?")
    what = f"{status}: to be asked again in {_plain(wait)} s, after the deadline"
    return Failure("busy", what, "give it more time with --timeout")


def _plain(seconds: float) -> str:
    return f"{seconds:,.2f}".rstrip("0").rstrip(".")


def _failure(error: Exception, reading: Reading, clock: Clock, seconds: float) -> Failure | None:
    """Say what broke; None when the answer had said everything before."""
    match error:
        case LimitError():
            reading.cut = "limit"
            return Failure("limit", str(error), "raise it with --max-body")
        case EncodingError():
            return Failure("broken", str(error), "we ask for accept-encoding: identity")
        case DeadlineError() | httpcore.ReadTimeout() | httpcore.WriteTimeout():
            if reading.left_open():
                return None
            silent = time.monotonic() - clock.last_read
            # Whether it stalled or went on for ever: who runs the server looks for another fault.
            idle = f", the last {silent:.0f} s in silence" if reading.status and silent > seconds / 2 >= 1 else ""
            what = f"no end within {seconds:g} s, {reading.had}{idle}"
            return Failure("deadline", what, "give it more time with --timeout")
    if reading.over_at is not None and not clock.aborted.is_set():
        # After [DONE] everything is said: a client no longer notices how the connection ends.
        return None
    text = in_words(error) or type(error).__name__
    if isinstance(error, BadInputError):
        return Failure("tls", text, error.problems[0].hint)
    # httpcore takes the cause away (`raise … from None`), but its error holds the one that it stands for.
    held = (error, *error.args) if reading.status is None else ()
    tls = next((one for one in held if isinstance(one, ssl.SSLError)), None)
    if isinstance(tls, ssl.SSLCertVerificationError):
        return Failure("tls", f"TLS: {text}", "a private authority is named with --cacert FILE")
    if tls is not None:
        return Failure("tls", f"TLS: {text}", "does the server speak https? does it want a certificate (--cert)?")
    if isinstance(error, AbortedError):
        return Failure("broken", text)
    if isinstance(error, httpcore.ConnectError | httpcore.ConnectTimeout | httpcore.ProxyError):
        return Failure("refused", f"no connection: {text}", "is the server running? is --base-url right?")
    if isinstance(error, ValueError | httpcore.LocalProtocolError | httpcore.UnsupportedProtocol):
        return Failure("broken", f"the request cannot be sent: {text}", "look at its path and headers")
    what = f"the connection broke {reading.had}: {text}"
    return Failure("broken", what, "this is the transport, not the answer; look at the server's log")
