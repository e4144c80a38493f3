"""Readers of JUnit that run on node see in our reports what is in them: junit-to-ctrf (which GitHub Test Reporter has
before it), junit2json (CIAnalyzer for GitHub and others) and test-results-parser (TestBeats: Slack, Teams).
"""

import json
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter

import pytest
from tests.browser.made import big, hostile
from tests.readers.conftest import FOLDER, HERE
from tests.unit.report.test_golden import GOLDEN

from aioc.report.junit import junit_xml

READERS = ("junit-to-ctrf", "junit2json", "test-results-parser")
STATES = {"failure": "failed", "error": "failed", "skipped": "skipped"}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Reports with every verdict and mark, of one target and of two; large ones; one full of hostile text."""
    folder = tmp_path_factory.mktemp("readers")
    made = {"large": [big("llama.cpp", 600), big("vllm", 600)], "hostile": [hostile()]}
    for name, reports in made.items():
        (folder / f"{name}.xml").write_bytes(junit_xml(reports))
    golden = {"one": GOLDEN / "1-junit.xml", "two": GOLDEN / "2-junit.xml"}
    return {**golden, **{name: folder / f"{name}.xml" for name in made}}


@pytest.fixture(scope="module")
def seen(files):
    """What each reader sees, by file and reader: suite, case, state, and what it shows of a failure."""
    command = ["node", HERE / "read.mjs", FOLDER, *files.values()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return {name: found[str(path)] for name, path in files.items()}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", ["one", "two", "large", "hostile"])
def test_a_reader_sees_each_case_and_its_state(files, seen, name, reader):
    root = ET.parse(files[name]).getroot()
    written = []
    for suite in root.iter("testsuite"):
        for case in suite.iter("testcase"):
            result = next((child for child in case if child.tag in STATES), None)
            state = "passed" if result is None else STATES[result.tag]
            shown = result.get("message") if state == "failed" else ""
            written.append((suite.get("name"), case.get("name"), state, shown))
    read = [(*line[:3], line[3] if line[2] == "failed" else "") for line in seen[name][reader]]
    assert read == written
    counts = Counter(state for _, _, state, _ in read)
    assert len(read) == int(root.get("tests")) > 0
    assert counts["failed"] == int(root.get("failures")) + int(root.get("errors"))
    assert counts["skipped"] == sum(int(suite.get("skipped")) for suite in root)
