"""Which answers are asked again, and after how long."""

import email.utils
import time

from aioc.model.exchange import Transfer

DEFAULT_WAIT = 1.0
GATEWAY_WAIT = 0.2


def pause_before_retry(transfer: Transfer, tried: int, *, retry_busy: bool) -> tuple[str | None, float]:
    """Give why an answer is asked again and after how many seconds; (None, 0) when it is not."""
    if transfer.failure is not None:
        return None, 0.0
    if transfer.status in (502, 504) and not transfer.body.lstrip().startswith(b"{"):
        return (f"{transfer.status} without a JSON body", GATEWAY_WAIT) if tried == 0 else (None, 0.0)
    after = _retry_after(transfer.header("retry-after"))
    if retry_busy and transfer.status == 429:
        return "429 too many requests", DEFAULT_WAIT * 2**tried if after is None else after
    if retry_busy and transfer.status == 503 and after is not None:
        return "503 with Retry-After", after
    return None, 0.0


def _retry_after(text: str | None) -> float | None:
    """Read Retry-After: seconds or a date."""
    if text is None:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError):
        return None
