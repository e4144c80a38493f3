"""What recorded servers answer to the questions by which overlays recognise them.

`python -m tests.recorded.detection ../shared/recordings` brings the answers into fingerprints.json; `--page` writes
docs/detection.md, the table of servers and signs.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.playing import catalogue

from aioc.answer.read import read
from aioc.judge.script import holds
from aioc.model.exchange import Exchange, Failure, Transfer, WireRequest
from aioc.model.overlay import Overlay, Sign
from aioc.model.problem import BadInputError
from aioc.recorded import transfer_of
from aioc.survey import Survey

HERE = Path(__file__).parent
FILE = HERE / "fingerprints.json"
PAGE = HERE.parents[1] / "docs" / "detection.md"
LONGEST = 12_000
OPENAPI = ("openapi", "info")
"""Of a document of 100 kB only what it says of itself is kept, and the names of its paths."""
NOBODY_HAS = {
    "/v1/models/aioc-no-such-model": "/v1/models/no-such-model",
    "/aioc-no-such-route": "/v1/no/such/route",
}
"""Addresses that nobody has, as overlays ask for them and as they were recorded."""
NAMES = {
    "litellm": "litellm",
    "llama-cpp-python": "llama-cpp-python",
    "llama-stack": "llama-stack",
    "llama-swap": "llamaswap",
    "llama.cpp": "llama.cpp",
    "mlx-lm": "mlx-lm",
    "mlx-vlm": "mlx-vlm",
    "ollama": "ollama",
    "optillm": "optillm",
    "portkey-gateway": "portkey",
    "sglang": "sglang",
    "transformers-serve": "transformers-serve",
    "vllm-cpu": "vllm",
    "whisper.cpp": "whisper.cpp",
    "xinference": "xinference",
}
"""The overlay of a set-up, by how the set-up's name begins; a server without an overlay has to stay unknown."""


def overlay_of(set_up: str) -> str | None:
    """Give the overlay that a set-up has to be recognised as."""
    return next((overlay for begin, overlay in NAMES.items() if set_up.startswith(f"{begin}-")), None)


@cache
def fingerprints() -> Mapping[str, Mapping[str, Transfer]]:
    """Give what each set-up answered, by the path that was asked."""
    kept: dict[str, list[dict[str, Any]]] = json.loads(FILE.read_text())
    return {name: {e["request"]["path"]: transfer_of(e) for e in exchanges} for name, exchanges in kept.items()}


def answer_to(set_up: str, target: str) -> Transfer | None:
    """Give what a set-up answered to a GET, if it was asked."""
    return fingerprints()[set_up].get(NOBODY_HAS.get(target, target))


def recognised(set_up: str) -> str | None:
    """Give the overlay that a recorded set-up is recognised as; two at once are said as `a and b`."""

    def ask(request: WireRequest) -> Exchange:
        answer = answer_to(set_up, request.target)
        return read(answer or Transfer(request, failure=Failure("not-recorded", "nobody asked", "")))

    try:
        return Survey(ask).detect(catalogue())
    except BadInputError as error:
        return str(error.problems[0].what)


def signs_seen(overlay: Overlay) -> Iterator[tuple[Sign, list[str]]]:
    """Give each sign of an overlay with the set-ups that show it."""
    for sign in overlay.detect:
        yield sign, [name for name in fingerprints() if _shows(name, sign)]


def asked_of(set_up: str, overlay: Overlay) -> int:
    """Give the number of the signs that the recorded answers of a set-up can show."""
    return sum(answer_to(set_up, sign.get) is not None for sign in overlay.detect)


def _shows(set_up: str, sign: Sign) -> bool:
    answer = answer_to(set_up, sign.get)
    return answer is not None and holds(sign.check, (read(answer),), {})


def page() -> str:
    """The table of servers and signs, as Markdown."""
    lines = [
        "# How a server is recognised",
        "",
        "`--server auto` asks the questions below; an overlay is chosen when two of its signs hold. Proxies pass signs",
        "of what stands behind them on, so that one sign alone proves nothing. The last column says on which recorded",
        "servers of ours a sign was seen. Made by `python -m tests.recorded.detection --page`.",
        "",
        "| server | asked | sign | seen on |",
        "| --- | --- | --- | --- |",
    ]
    for overlay in sorted(catalogue().overlays.values(), key=lambda one: one.name):
        for sign, set_ups in signs_seen(overlay):
            keywords = json.dumps(dict(sign.check.keywords), ensure_ascii=False).replace("|", "\\|")
            said = f"{sign.check.subject.kind} `{sign.check.subject.argument}`".replace("|", "\\|")
            seen = sorted({overlay_of(name) or name for name in set_ups})
            lines.append(f"| {overlay.name} | GET {sign.get} | {said} `{keywords}` | {', '.join(seen) or '–'} |")
    return "\n".join(lines) + "\n"


def pack(source: Path) -> dict[str, list[dict[str, Any]]]:
    """Read the answers to GET of every recorded set-up, shortened where they are long."""
    kept: dict[str, list[dict[str, Any]]] = {}
    for folder in sorted(path for path in source.iterdir() if path.is_dir()):
        answers: dict[str, dict[str, Any]] = {}
        locked: dict[str, dict[str, Any]] = {}
        for file in sorted(folder.glob("*.json")):
            exchange = json.loads(file.read_text())
            asked, answer = exchange.get("request", {}), exchange.get("response")
            if file.name == "setup.json" or asked.get("method") != "GET" or answer is None:
                continue
            text = answer.get("text", "")
            if asked["path"] == "/openapi.json":
                text = _of_itself(text)
            kept_answer = {"status": answer["status"], "headers": answer["headers"], "text": text[:LONGEST]}
            where = locked if answer["status"] in (401, 403) else answers
            where.setdefault(
                asked["path"], {"request": {"method": "GET", "path": asked["path"]}, "response": kept_answer}
            )
        kept[folder.name] = list(answers.values())
        if locked:
            kept[f"{folder.name}-without-key"] = list(locked.values())
    return kept


def _of_itself(text: str) -> str:
    try:
        document = json.loads(text)
        return json.dumps({**{key: document[key] for key in OPENAPI}, "paths": {key: {} for key in document["paths"]}})
    except (ValueError, KeyError, TypeError):
        return text


def main(arguments: list[str]) -> int:
    if arguments == ["--page"]:
        PAGE.write_text(page())
    else:
        kept = pack(Path(arguments[0]))
        rows = [
            f"{json.dumps(name)}: [\n" + ",\n".join(json.dumps(e, ensure_ascii=False) for e in exchanges) + "\n]"
            for name, exchanges in kept.items()
        ]
        FILE.write_text("{\n" + ",\n".join(rows) + "\n}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
