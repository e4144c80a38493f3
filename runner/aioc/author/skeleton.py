"""A case to begin with: the one by which the catalogue shows the topic's endpoint, with a comment at each word."""

from collections.abc import Mapping
from pathlib import Path

from aioc.author.case_text import case_text
from aioc.author.place import CasePlace
from aioc.model.frozen import frozen
from aioc.model.problem import Json
from aioc.paths import COLLECTION, case_paths, specs_root
from aioc.read.files import read_bytes
from aioc.read.parse import read_document
from aioc.read.request import MAX_FILE

DEFAULT = "chat/basic"


@frozen
class NewCase:
    """The text of a case and the files that it sends, by name."""

    text: str
    attachments: Mapping[str, bytes]


def skeleton(place: CasePlace) -> NewCase:
    """Give the skeleton of a case by the first part of its id; a topic that no endpoint has begins as a chat."""
    model = _model(place.id.removeprefix("local/").partition("/")[0])
    file = Path(case_paths(specs_root())[model])
    data = _with_severity(read_document(file).data)
    head = [
        place.modeline,
        f"# It begins as a copy of {model}: change what it says, what it sends, what it expects.",
        f"#   aioc lint {place.shown}                    every mistake, with its place and its cure",
        f"#   aioc try {place.shown} --base-url URL      send it, and show what each check sees",
        "# In texts, ${model} is the model of the run; quote what has `: ` or ` #` in it.",
    ]
    attachments = _files(data, file.parent)
    return NewCase(case_text(data, [line for line in head if line], more=True), attachments)


def _with_severity(data: Mapping[str, Json]) -> dict[str, Json]:
    """Give the words with the default severity written out, where nothing else is said."""
    made: dict[str, Json] = {}
    for word, value in data.items():
        if word in ("request", "steps") and "severity" not in data:
            made["severity"] = "fail"
        made[word] = value
    return made


def _model(topic: str) -> str:
    rows: Mapping[str, Mapping[str, Json]] = read_document(specs_root() / COLLECTION / "capabilities.yaml").data[
        "capabilities"
    ]
    shown_by = [rows[topic]["shown_by"]] if topic in rows else []
    shown_by += [row["shown_by"] for row in rows.values() if row["shown_by"].partition("/")[0] == topic]
    return next((case for case in shown_by if case in case_paths(specs_root())), DEFAULT)


def _files(data: Mapping[str, Json], folder: Path) -> dict[str, bytes]:
    """Give the files that the case sends, and let it find them beside itself."""
    requests = [step["request"] for step in (data, *data.get("steps", ())) if "request" in step]
    named = [(part, "path") for request in requests for part in request.get("files", {}).values() if "path" in part]
    named += [(constant, "file") for constant in data.get("let", {}).values() if "file" in constant]
    found = {}
    for holder, word in named:
        content = read_bytes(folder / holder[word], MAX_FILE)
        holder[word] = Path(holder[word]).name
        found[holder[word]] = content
    return found
