"""Markdown: failures first, every verdict counted, and nothing that a server says is formatting."""

import re
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aioc.model.case import Severity
from aioc.model.result import Verdict
from aioc.model.run import Conditions, Failing, RunHeader, RunSummary
from aioc.report.markdown import MAX_BYTES, markdown_page
from aioc.report.md import block, code, text
from aioc.report.target import target_report


def page(*reports):
    return markdown_page(reports).decode()


def test_what_fails_comes_first_then_what_is_known_and_the_counts_agree(everything):
    made = page(everything)
    assert made.startswith("## llama.cpp: 3 failed\n")
    order = [
        "### Failed (2)",
        "### Could not be judged (2)",
        "### Stale overlay entries (1)",
        "Known (1)",
        "Warned (2)",
    ]
    places = [made.index(heading) for heading in order]
    assert places == sorted(places)
    assert "**1 PASS" not in made.partition("###")[0]
    assert "**2 PASS 2 WARN 3 FAIL 1 SKIP 2 ERROR; 2 known findings" in made
    assert "curl -sS -X POST" in made
    assert "| `POST /v1/chat/completions` | PASS |" in made


def test_a_failure_says_what_was_expected_and_what_came(everything):
    made = page(everything)
    assert "- **fail** `status`: status is not 200; expected `200`, actual `integer 404`" in made
    assert "| WARN | `chat/known-warn` | known: There is no such route. |" in made


def test_what_failed_before_too_is_not_called_new(everything):
    """Of two FAILs that nobody knows one is in the baseline, and neither is what fails the run."""
    conditions = Conditions(("warn",), ("chat/fail",))
    made = page(
        replace(everything, failing=Failing(frozenset()), header=replace(everything.header, conditions=conditions))
    )
    before, new = made.index("Failed before too (1)"), made.index("New, but not what fails this run (1)")
    assert before < made.index("| `chat/fail` |") < new < made.index("| `http/inv` |")


def test_several_targets_begin_with_a_matrix_and_what_they_have_in_common(everything):
    other = replace(everything, header=replace(everything.header, label="other"))
    made = page(everything, other)
    assert made.startswith("## Targets\n\n| topic | llama.cpp | other |")
    assert "| `chat/known-fail` | Fk | Fk |" in made
    assert "| `http/inv` | F | F |" in made
    assert "| 2 of 2 | `chat/fail` | status is not 200 | llama.cpp, other |" in made
    assert made.count("### Failed (2)") == 2


def test_a_page_that_no_job_summary_takes_is_cut_and_says_so(make_record, make_finding):
    records = {
        f"chat/{n}": make_record(f"chat/{n}", Verdict.WARN, [make_finding(Severity.WARN, message="é" * 500)])
        for n in range(9000)
    }
    made = markdown_page([target_report(RunHeader("x", "x", "http://x"), [records], [RunSummary()])])
    assert len(made) <= MAX_BYTES + 100
    assert "The rest is left out" in made.decode().splitlines()[-1]


HOSTILE = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    ["[x](http://evil)", "<script>", "| a | b |", "# head", "`", "```", "\n\n## y", "@me", "http://evil", "![i](x)"]
)


@given(HOSTILE)
def test_text_is_one_line_without_links_html_mentions_or_cells(value):
    made = text(value)
    assert len(made.splitlines()) <= 1
    assert not re.search(r"(?<!\\)[\[\]`|*]|[<>@]|://", made)
    assert not re.match(r"#{1,6}\s|[-+]\s|\d+\.\s", made)


@given(HOSTILE)
def test_code_and_blocks_end_where_they_should(value):
    made = code(value)
    fence = re.match("`+", made)[0]
    assert made.endswith(fence)
    inner = made[len(fence) : -len(fence)]
    assert fence not in re.findall("`+", inner)
    lines = block(value)
    assert lines[0] == lines[-1] and not any(line.startswith(lines[0]) for line in lines[1:-1])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTILE)
def test_no_text_of_a_server_makes_a_heading_or_a_row(make_record, make_finding, value):
    case = make_record("chat/x", Verdict.FAIL, [make_finding(message=value, actual=value)], title=value, reason=value)
    made = page(target_report(RunHeader("x", "x", "http://x"), [{"chat/x": case}], [RunSummary()]))
    harmless = make_record("chat/x", Verdict.FAIL, [make_finding(message="m", actual="m")], title="m", reason="m")
    plain = page(target_report(RunHeader("x", "x", "http://x"), [{"chat/x": harmless}], [RunSummary()]))

    def shape(made):
        return [line[:3] for line in made.splitlines() if line.startswith(("#", "|", "<", ">"))]

    assert shape(made) == shape(plain)


def test_an_endpoint_that_is_not_there_is_not_counted_whatever_its_verdict(everything):
    chat, gone = everything.summary.surface[0], "POST /v1/embeddings: not implemented (501)"
    rows = (chat, replace(chat, verdict=Verdict.FAIL), replace(chat, verdict=Verdict.WARN, note=gone, absent=True))
    made = page(replace(everything, summary=replace(everything.summary, surface=rows)))
    assert "<summary>Surface: 2 of 3 endpoints are there</summary>" in made
