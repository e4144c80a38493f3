"""A journal in the place of a server: each case is handed the answers it got then, in the same order."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from aioc.conduct import Opener
from aioc.model.case import Case
from aioc.model.exchange import Failure, Transfer, WireRequest


class _Recorded:
    """The recorded answers of one case that have not been handed out yet (copies share them)."""

    def __init__(self, left: list[Transfer]) -> None:
        self._left = left

    def exchange(self, request: WireRequest, seconds: float, *, retry_busy: bool = True) -> Transfer:
        """Give the next recorded answer, if it is the answer to this request."""
        del seconds, retry_busy
        transfer = self._left.pop(0) if self._left else None
        if transfer is not None and _same(transfer.request, request):
            return replace(transfer, request=request)
        what = "the case asks for something else than when it was recorded"
        if transfer is None:
            what = "the journal holds no answer to this request"
        return Transfer(request, failure=Failure("not-recorded", what, "run the case against the server"))

    def abort(self) -> None:
        """Nothing is under way."""


def _same(recorded: WireRequest, asked: WireRequest) -> bool:
    """Whether two requests ask the same: method, path and body (multipart boundaries and masked keys differ)."""
    if (recorded.method, recorded.target) != (asked.method, asked.target):
        return False
    content = asked.content or b""
    if recorded.length is not None:
        return len(content) == recorded.length and content.startswith(recorded.content or b"")
    return content == (recorded.content or b"")


def opener(transfers: Mapping[str, Sequence[Transfer]]) -> Opener:
    """Give the opener of a replay; `transfers` are the recorded ones by case id."""
    left = {case_id: list(recorded) for case_id, recorded in transfers.items()}

    @contextmanager
    def open_case(case: Case) -> Iterator[_Recorded]:
        yield _Recorded(left.get(case.id, []))

    return open_case
