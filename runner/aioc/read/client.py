"""A client file: from a document to frozen needs; and many of them, each read when it is asked for."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from aioc.model.client import Client, Effect, Need
from aioc.model.problem import BadInputError
from aioc.read.document import Document, each
from aioc.read.files import shown
from aioc.read.parse import read_document
from aioc.read.words import vocabulary_problems

ACCEPTED = "accepted"
"""The check of a case below clients/ that says that the request is not refused."""


class ClientFiles(Mapping[str, Client]):
    """Clients by name. To ask for one reads its file; raises BadInputError with what is wrong with it."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        """Take the files by the names of their clients."""
        self._files = files

    def __getitem__(self, name: str) -> Client:
        """Read a client; raises KeyError when there is none of this name."""
        path = self._files[name]
        document = read_document(path, shown(path))
        if problems := vocabulary_problems(document, "client"):
            raise BadInputError(problems)
        return read_client(name, document)

    def __iter__(self) -> Iterator[str]:
        """Give the names."""
        return iter(self._files)

    def __len__(self) -> int:
        """Say how many there are."""
        return len(self._files)


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
            document.place(path),
        )
        for item, path in each(data["needs"], ("needs",))
    )
    seen = f"sent by {data['title']} {data['version']}"
    sends = tuple(
        Need(
            item["case"],
            ACCEPTED,
            Effect.CRASH,
            item.get("feature", ""),
            "A request as it sends it is refused.",
            seen,
            document.place(path),
        )
        for item, path in each(data.get("sends"), ("sends",))
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
        sends,
    )
