"""All reports of one journal say the same: `python -m tests.reports_agree JOURNAL`, on the journal of a real run.

Each report is read by a parser of its own kind; ids and verdicts of every case have to be those of the journal. The
Markdown names only what is not fine, and counts the rest.
"""

import json
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

from lxml import html

ELEMENTS = {"": {"PASS"}, "skipped": {"SKIP", "WARN", "FAIL"}, "failure": {"FAIL", "WARN", "SKIP"}, "error": {"ERROR"}}


def journal(path: Path) -> dict[str, str]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").rstrip("\n").split("\n")]
    return {line["id"]: line["verdict"] for line in lines if line["record"] == "case" and line["selected"]}


def junit(path: Path) -> dict[str, str]:
    """The verdict that each testcase tells: its message begins with the word."""
    found = {}
    for case in ET.parse(path).iter("testcase"):
        results = [child for child in case if child.tag in ("failure", "error", "skipped")]
        if case.get("name", "").startswith("stale: "):
            continue
        word = results[0].get("message", "").split()[0] if results else "PASS"
        if word not in ELEMENTS[results[0].tag if results else ""]:
            raise ValueError(f"{case.get('name')}: {word} in <{results[0].tag}>")
        found[case.get("name")] = word
    return found


def page(path: Path) -> dict[str, str]:
    root = html.fromstring(path.read_bytes())
    cases = root.xpath("//details[starts-with(@id, 'case/')]")
    return {case.xpath("string(summary/code)"): case.get("data-verdict") for case in cases}


def markdown(path: Path) -> tuple[dict[str, str], Counter[str]]:
    text = path.read_text(encoding="utf-8")
    words = re.findall(r"^(?:\| |<details><summary>)(WARN|FAIL|ERROR|SKIP) (?:\| `|<code>)([^`<]+)", text, re.MULTILINE)
    counts = next(line for line in text.splitlines() if line.startswith("**"))
    told = Counter({word: int(number) for number, word in re.findall(r"(\d+) (PASS|WARN|FAIL|SKIP|ERROR)", counts)})
    return {name: word for word, name in words}, told


def main(arguments: list[str]) -> int:
    source = Path(arguments[0])
    wanted = journal(source)
    with tempfile.TemporaryDirectory() as folder:
        paths = {kind: Path(folder, f"r.{kind}") for kind in ("junit", "html", "markdown")}
        options = [part for kind, path in paths.items() for part in (f"--{kind}", str(path))]
        command = [sys.executable, "-m", "aioc", "report", str(source), *options]
        if subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode == 2:
            return 2
        named, counts = markdown(paths["markdown"])
        found = {"JUnit": junit(paths["junit"]), "HTML": page(paths["html"]), "Markdown": named}
    worth = {case: verdict for case, verdict in wanted.items() if verdict not in ("PASS", "SKIP")}
    wrong = False
    for name, verdicts in found.items():
        differing = verdicts.items() ^ (worth if name == "Markdown" else wanted).items()
        if differing:
            print(f"{name} differs: {sorted(differing)[:10]}")
            wrong = True
    if counts != Counter(wanted.values()):
        print(f"Markdown counts {counts}")
        wrong = True
    told = ", ".join(f"{number} {verdict}" for verdict, number in sorted(Counter(wanted.values()).items()))
    print(
        f"{source.name}: {len(wanted)} cases ({told}): {'the reports do not agree' if wrong else 'the reports agree'}"
    )
    return 1 if wrong or not wanted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
