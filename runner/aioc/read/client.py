"""A client file: from a document to frozen needs."""

from aioc.model.client import Client, Effect, Need
from aioc.read.document import Document


def read_client(name: str, document: Document) -> Client:
    """Take a client from a document that fits client.schema.json."""
    data = document.data
    needs = tuple(
        Need(
            item["case"],
            item.get("check", ""),
            Effect(item["effect"]),
            item.get("feature", ""),
            item["sees"],
            item["evidence"],
            document.place(("needs", number)),
        )
        for number, item in enumerate(data["needs"])
    )
    return Client(
        name,
        data["title"],
        data["homepage"],
        data["version"],
        data["date"],
        data["looked_at"],
        tuple(data["endpoints"]),
        needs,
        document.place(),
        data.get("about", ""),
    )
