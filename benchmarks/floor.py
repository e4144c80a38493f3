"""The least that a runner of YAML cases on our own libraries must do: `python -m benchmarks.floor URL FOLDER OUT JOBS`.

Each file read by the C loader, each JSONPath compiled once, a connection for each case, six checks, a JUnit file.
"""

import re
import sys
import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
import yaml
from jsonpath_ng import parse

_compiled = lru_cache(maxsize=None)(parse)


def _holds(check: dict[str, Any], document: object) -> bool:
    found = [match.value for match in _compiled(check["path"]).find(document)]
    if "const" in check:
        return bool(found == [check["const"]])
    return len(found) == 1 and re.search(check["pattern"], found[0]) is not None


def main(url: str, folder: str, out: str, jobs: str) -> int:
    """Run the cases; gives the exit code."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    cases = [(path.stem, yaml.load(path.read_bytes(), loader)) for path in sorted(Path(folder).glob("*.yaml"))]

    def run(case: tuple[str, dict[str, Any]]) -> tuple[str, list[str], float]:
        name, data = case
        request, (status, *checks) = data["request"], data["expect"]
        begun = time.perf_counter()
        with httpx.Client(base_url=url, timeout=30, verify=False, trust_env=False) as client:
            answer = client.request(request["method"], request["path"], json=request["json"])
        wrong = [] if answer.status_code == status["status"] else ["status"]
        document = answer.json()
        wrong += [check["path"] for check in checks if not _holds(check, document)]
        return name, wrong, time.perf_counter() - begun

    with ThreadPoolExecutor(int(jobs)) as pool:
        results = list(pool.map(run, cases))
    suite = ET.Element("testsuite", name="floor", tests=str(len(results)))
    for name, wrong, seconds in results:
        case = ET.SubElement(suite, "testcase", name=name, classname="floor", time=f"{seconds:.4f}")
        if wrong:
            ET.SubElement(case, "failure", message=", ".join(wrong))
    ET.ElementTree(suite).write(out, encoding="utf-8", xml_declaration=True)
    return int(any(wrong for _, wrong, _ in results))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
