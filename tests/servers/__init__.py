"""Tiny servers, one misbehaviour each: `BEHAVIOURS` maps a name to what is done with one accepted connection."""

import inspect

from . import big, broken, busy, kept, slow, streams
from .peer import Behaviour, Peer, Wire, answering, by_path

BEHAVIOURS: dict[str, Behaviour] = {
    name: behave
    for module in (big, broken, busy, kept, slow, streams)
    for name, behave in vars(module).items()
    if inspect.isfunction(behave) and behave.__module__ == module.__name__ and not name.startswith("_")
}

__all__ = ["BEHAVIOURS", "Behaviour", "Peer", "Wire", "answering", "by_path"]
