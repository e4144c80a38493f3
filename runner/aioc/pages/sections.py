"""Where a case stands on a page: under an endpoint of the table, or under what is true of every endpoint."""

from collections.abc import Mapping

from aioc.model.case import Case
from aioc.model.overlay import Capability

COMMON = {
    "err": "Errors, whatever the endpoint",
    "http": "HTTP, whatever the endpoint",
    "sse": "Framing of event streams",
    "stream": "Streams, whatever the endpoint",
    "hostile": "Requests made to break a server",
}
OWN = "own"


def section_of(case: Case) -> str:
    """Give the name of a capability, a key of COMMON, or OWN for a server's own routes and parameters."""
    if case.server is not None:
        return OWN
    topic = case.topic
    if topic in COMMON:
        return topic
    if topic == "chat":
        features = [need for need in case.needs if need not in ("chat", "stream")]
        streamed = "stream" in case.needs or case.id.startswith("chat/stream/")
        return features[-1] if features else "stream" if streamed else "chat"
    finer = [need for need in case.needs if need.startswith(f"{topic}-")]
    return finer[-1] if finer else topic


def section_title(name: str, capabilities: Mapping[str, Capability]) -> str:
    """Give a section's heading."""
    if name in capabilities:
        return capabilities[name].endpoint
    return COMMON.get(name, "Its own routes and parameters" if name == OWN else name)


def in_order(names: set[str], capabilities: Mapping[str, Capability]) -> list[str]:
    """Put sections in the order of the endpoint table, what is true of all of them behind, the server's own last."""
    order = [*capabilities, *COMMON, OWN]
    return sorted(names, key=lambda name: (order.index(name) if name in order else len(order), name))
