"""A small catalogue, a proxy before a server, and their runs: what the tests of pages share."""

from pathlib import Path

from aioc.model.catalogue import Catalogue
from aioc.pages.evidence import Evidence, Known, New, Row, Run
from aioc.pages.subject import Subject
from aioc.read.case import read_case
from aioc.read.check import Scope
from aioc.read.overlay import read_capabilities, read_overlay
from aioc.read.parse import parse_document

CAPABILITIES = """
unsupported: [{name: no-route, status: 404}]
capabilities:
  models: {endpoint: GET /v1/models, kind: core, shown_by: models/list}
  chat: {endpoint: POST /v1/chat/completions, kind: core, shown_by: chat/basic}
  files: {endpoint: GET /v1/files, kind: ext, shown_by: models/list}
  speech: {endpoint: POST /v1/audio/speech, kind: ext, shown_by: models/list}
"""
CASES = {
    "models/list": """
title: The list of models is a list
source: https://example.org/models
needs: [models]
request: {method: GET, path: /v1/models}
expect:
  - status: 200
""",
    "chat/basic": """
title: A plain question gets an answer
source: https://example.org/chat; recording one
why: A client shows nothing.
needs: [chat]
for_each: {field: [seed, stop]}
request:
  method: POST
  path: /v1/chat/completions
  json: {model: "${model}", messages: [], stream: true, "${field}": null}
expect:
  - status: 200
  - {name: text, path: "$.choices[*].message.content", minLength: 1, severity: warn}
  - {path: "$.n", minimum: 1, maximum: 3, optional: true}
""",
    "behind/own": """
title: It says how it is
source: a measurement
request: {method: GET, path: /health}
expect:
  - {body: text, const: OK}
""",
}
BEHIND = """
title: The server behind
about: It answers what it is asked.
homepage: https://example.org/behind
base_url: http://localhost:1234
detect:
  - {get: /v1/models, header: server, const: behind}
  - {get: /props, path: "$.build", type: string}
lacks:
  - {capability: files, reason: There are no files at all., source: a recording}
deviations:
  - case: models/list
    check: status
    instead: {const: 404}
    reason: There is no list, so a menu is empty.
    source: recording a
  - case: chat/basic
    check: text
    instead: {const: ""}
    severity: fail
    reason: The text is empty; a client shows nothing.
    source: tests/recorded/a.json
  - case: chat/basic
    check: status
    instead: {const: 500}
    versions: "<2"
    reason: Old ones broke, and clients ask again.
    source: recording b
quirks:
  - {what: "It counts *from* 1_0, `so` it does.", source: a measurement, versions: ">=2"}
set_ups:
  - {name: default, start: behind --run, options: --model NAME, what: chat}
"""
PROXY = """
title: The proxy before it
extends: behind
own_answers: [{header: server, absent: true}]
gone:
  - {case: models/list, check: status, reason: It lists models itself.}
notes: |
  What nothing can derive.
"""
RUN = Run(
    "default", "run", "2.1", "2026-11-27", "0.1.0", "2026.11", {"behind": "2.1"}, 7,
    surface={
        "models": Row("no", "GET /v1/models: no such route (404)"),
        "chat": Row("yes"),
        "files": Row("no", "There are no files at all."),
        "speech": Row("unknown", "no model plays tts_model"),
    },
    verdicts={"models/list": "WARN", "chat/basic:seed": "FAIL", "chat/basic:stop": "PASS", "behind/own": "PASS"},
    known=frozenset({Known("chat/basic:seed", "text", "The text is empty; a client shows nothing.")}),
)  # fmt: skip


def catalogue():
    cases = []
    for case_id, text in CASES.items():
        server = "behind" if case_id.startswith("behind/") else None
        document = parse_document(text.encode(), f"{case_id}.yaml")
        cases += read_case(document, case_id, server, Path(), Scope(document))
    texts = {"behind": BEHIND, "proxy": PROXY}
    return Catalogue(
        "t",
        "2026.11",
        tuple(cases),
        read_capabilities(Scope(parse_document(CAPABILITIES.encode(), "capabilities.yaml"))),
        {
            name: read_overlay(Scope(parse_document(text.encode(), f"{name}.yaml")), name)
            for name, text in texts.items()
        },
    )


def evidence(*runs, server="behind"):
    return Evidence(server, runs or (RUN,))


def subjects():
    return [Subject.of(name, catalogue(), evidence(server=name)) for name in ("behind", "proxy")]


EVIL = "# head <img src=x> [a](http://evil) `x` | *y* @you http://evil.example www.evil.example"
EVIL_RUN = Run(
    "set`up", "run", EVIL, "2026-11-27", versions={"behind": EVIL}, surface={"models": Row("no", EVIL)},
    new=frozenset({New("chat/basic:seed", "text", "fail", EVIL)}), verdicts={"chat/basic:seed": "FAIL"},
)  # fmt: skip
