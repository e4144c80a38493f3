"""Problems for machines: JSON, the commands of GitHub's runner, GitLab's code quality report."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from aioc.cli.problems import flat
from aioc.model.problem import Problem


def as_json(problems: Sequence[Problem], files: int, cases: int) -> str:
    """Give {files, cases, problems: [{file, line, column, what, hint, text}]}; without a place these are null."""
    rows = [
        {
            "file": problem.place.file if problem.place else None,
            "line": problem.place.line if problem.place else None,
            "column": problem.place.column if problem.place else None,
            "what": problem.what,
            "hint": problem.hint,
            "text": problem.place.text if problem.place else None,
        }
        for problem in problems
    ]
    return json.dumps({"files": files, "cases": cases, "problems": rows}, indent=1)


def as_github(problems: Sequence[Problem]) -> list[str]:
    """Give a line a problem, which GitHub's runner turns into an annotation at its place."""
    lines = []
    for problem in problems:
        where = {"title": "aioc lint"}
        if problem.place is not None:
            where |= {"file": problem.place.file, "line": str(problem.place.line), "col": str(problem.place.column)}
        settings = ",".join(f"{name}={_setting(value)}" for name, value in where.items())
        hint = f"%0Ahint: {_message(problem.hint)}" if problem.hint else ""
        lines.append(f"::error {settings}::{_message(problem.what)}{hint}")
    return lines


def _message(text: str) -> str:
    return flat(text).replace("%", "%25")


def _setting(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def as_gitlab(problems: Sequence[Problem]) -> str:
    """Give a code quality report: a fingerprint is made of what stands in the line, not of where the line is."""
    seen: Counter[tuple[str, str, str]] = Counter()
    rows = []
    for problem in problems:
        file, line, text = (
            (problem.place.file, problem.place.line, problem.place.text) if problem.place else (".", 1, "")
        )
        key = (file, problem.what, text.strip())
        seen[key] += 1
        rows.append(
            {
                "description": flat(problem.what + (f" (hint: {problem.hint})" if problem.hint else "")),
                "check_name": "aioc-lint",
                "fingerprint": hashlib.sha256(json.dumps([*key, seen[key]]).encode()).hexdigest(),
                "severity": "critical",
                "location": {"path": file, "lines": {"begin": line}},
            }
        )
    return json.dumps(rows, indent=1)
