"""Bring recordings of ours into the project: `python -m tests.recorded.pack ../shared/recordings/SET-UP NAME...`.

Kept are the exchanges that a case asks too (cases.yaml) and those named; one line an exchange, in one file a set-up.
"""

import json
import sys
from pathlib import Path

from .servers import FOLDER, questions


def main(arguments: list[str]) -> int:
    source, also = Path(arguments[0]), set(arguments[1:])
    kept = []
    for path in sorted(source.glob("*.json")):
        if path.stem in questions() or path.stem in also:
            exchange = json.loads(path.read_text())
            if exchange.get("response") is not None:
                kept.append(json.dumps({**exchange, "id": path.stem}, ensure_ascii=False))
    (FOLDER / f"{source.name}.json").write_text("[\n" + ",\n".join(kept) + "\n]\n")
    print(f"{source.name}: {len(kept)} exchanges")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
