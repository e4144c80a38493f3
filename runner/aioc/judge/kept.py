"""What is made once of a thing that cannot be hashed: kept by the thing's number (`id`), and with the thing itself.

While it is kept, nothing else can have its number.
"""

from typing import Any

MAX_KEPT = 4096
"""Then all are forgotten and made again: a check with names in it is another schema each time."""


def keep(where: dict[Any, Any], key: Any, what: Any) -> None:
    """Keep a value, which holds all that gave its key a number."""
    if len(where) >= MAX_KEPT:
        where.clear()
    where[key] = what
