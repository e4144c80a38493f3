"""Which answers are asked again, and after how long."""

import email.utils
import re
import time

from aioc.answer.json_text import read_json
from aioc.model.exchange import Transfer

DEFAULT_WAIT = 1.0
GATEWAY_WAIT = 0.2


def is_gateway(transfer: Transfer) -> bool:
    """Whether this is the word of a gateway whose server did not answer: 502 or 504 without a JSON object."""
    return transfer.status in (502, 504) and not isinstance(read_json(transfer.body).value, dict)


def busy_wait(transfer: Transfer, tried: int) -> float | None:
    """Give the seconds after which a server that says it is busy may be asked again; None: it does not say so."""
    after = _retry_after(transfer.header("retry-after"))
    if transfer.status == 429:
        return DEFAULT_WAIT * 2**tried if after is None else after
    return after if transfer.status == 503 else None


def _retry_after(text: str | None) -> float | None:
    """Read Retry-After: seconds or a date; anything else counts as not sent."""
    if text is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text.strip(), re.ASCII):
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
