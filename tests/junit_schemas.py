"""JUnit reports against the schemas that readers point at: `python -m tests.junit_schemas FOLDER REPORT...`.

Nobody owns the format, and the schemas contradict one another. junit-10 (the Jenkins xUnit plugin refuses what is not
valid under it) has to hold; of the others every fault that is not one of the contradictions.
"""

import sys
from pathlib import Path

from lxml import etree

CONTRADICTIONS = {
    "junit-10.xsd": (),
    "surefire-test-report.xsd": ("Element 'skipped', attribute 'type'",),
    "windyroad-JUnit.xsd": (
        "Element 'skipped', attribute 'type'",
        # Required here; to Jenkins a suite on a host of its own is another history.
        "The attribute 'hostname' is required but missing",
        "The attribute 'package' is required but missing",
        "The attribute 'id' is required but missing",
        "Element 'testsuites', attribute",  # it takes none; junit-10 and GitLab read name and totals there
        # Ant writes output once a suite; what only informs stands with its case, where readers show it.
        "Element 'system-out': This element is not expected",
        "Element 'testsuite': Missing child element(s)",
    ),
}


def faults(schema: Path, report: Path) -> list[str]:
    """What is wrong with a report under a schema, apart from what contradicts junit-10."""
    document = etree.parse(report).getroot()
    compiled = etree.XMLSchema(file=str(schema))
    # Surefire knows no root around the suites.
    parts = document.findall("testsuite") if schema.name.startswith("surefire") else [document]
    found = []
    for part in parts:
        if not compiled.validate(etree.ElementTree(part)):
            found += [f"{error.line}: {error.message}" for error in compiled.error_log]
    allowed = CONTRADICTIONS[schema.name]
    return [fault for fault in found if not any(words in fault for words in allowed)]


def main(arguments: list[str]) -> int:
    folder, *reports = map(Path, arguments)
    wrong = 0
    for report in reports:
        for name in CONTRADICTIONS:
            found = faults(folder / name, report)
            end = f"{len(found)} faults" if found else "valid, as far as they agree"
            print(f"{report.name} under {name}: {end}")
            for fault in found[:10]:
                print(f"  {fault}")
            wrong += len(found)
    return 1 if wrong or not reports else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
