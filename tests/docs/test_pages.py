"""The pages that people write: links lead somewhere, figures are right, everything is listed where one looks for it."""

import re

import pytest
import yaml
from tests.docs.blocks import FENCE, PAGES, ROOT
from tests.unit.test_architecture import LEVEL

LINK = re.compile(r"(?<!\\)\]\(([^)#\s:]*)(?:#([^)\s]+))?\)")
RECORDS = sorted((ROOT / "docs" / "adr").glob("0*.md"))
FORMS = ROOT / ".github" / "ISSUE_TEMPLATE"


def anchors(path):
    """Give what a link into a page may name: its own anchors, and those that GitHub and GitLab make of headings."""
    text = path.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    made = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return made | set(re.findall(r'<a id="([^"]+)"></a>', text))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_to_files_and_headings(page):
    text = re.sub(r"`[^`\n]+`", "", FENCE.sub("", page.read_text(encoding="utf-8")))
    for file, anchor in LINK.findall(text):
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), file
        assert not anchor or anchor in anchors(target), f"{file}#{anchor}"


def test_the_readme_fits_a_screen_and_counts_the_cases():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 80
    (least,) = re.findall(r"more than (\d+) plain YAML cases", text)
    assert int(least) < len(list((ROOT / "specs").rglob("*.yaml")))


def test_the_architecture_tells_every_layer_in_the_order_of_imports():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    firsts = re.findall(r"^\| (`[a-z_`, ]+`) \|", text, re.MULTILINE)
    rows = [re.findall(r"`([a-z_]+)`", first) for first in firsts]
    assert sorted(name for row in rows for name in row) == sorted(LEVEL)
    levels = [LEVEL[name] for row in rows for name in row]
    assert levels == sorted(levels)


def test_the_files_that_the_architecture_names_are_there():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    files = re.findall(r"`([a-z_/]+\.py)`", text)
    assert len(files) > 15
    assert [file for file in files if not any((ROOT / at / file).is_file() for at in ("", "runner/aioc"))] == []


def test_the_profiles_are_the_ones_that_are_told():
    rows = re.findall(
        r"^\| `([a-z]+)` \| (.*) \|$", (ROOT / "docs" / "using.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert {name for name, _ in rows} == {path.stem for path in (ROOT / "specs" / "profiles").glob("*.yaml")}


def test_the_pages_that_people_look_for_are_named_in_the_readme():
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md"))
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"detection.md"}
    assert {name for name in pages if f"docs/{name}" not in text} == set()


def test_make_targets_that_are_named_exist():
    lines = re.findall(r"^([a-z -]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    texts = {page: page.read_text(encoding="utf-8") for page in PAGES}
    named = {(page.name, name) for page, text in texts.items() for name in re.findall(r"`make ([a-z-]+)", text)}
    assert len(named) > 10
    assert {(page, name) for page, name in named if name not in " ".join(lines).split()} == set()


@pytest.mark.parametrize("record", RECORDS[3:], ids=lambda path: path.stem)
def test_a_decision_is_short_and_says_what_it_costs(record):
    text = record.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 30
    assert re.findall(r"^\*\*(Decided|Why|Costs)\.\*\*", text, re.MULTILINE) == ["Decided", "Why", "Costs"]


def test_the_decisions_are_listed_by_number():
    index = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (\d+) \| \[(.*)\]\((.*)\) \|$", index, re.MULTILINE)
    titles = [path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ") for path in RECORDS]
    assert [f"{number}. {title}" for number, title, _ in listed] == titles
    assert [file for _, _, file in listed] == [path.name for path in RECORDS]


def test_both_forges_ask_the_same():
    asked = {}
    for path in FORMS.glob("*.md"):
        _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
        asked[yaml.safe_load(head)["name"]] = body.lstrip()
    others = {
        path.stem: path.read_text(encoding="utf-8") for path in (ROOT / ".gitlab" / "issue_templates").glob("*.md")
    }
    assert asked == others
    assert len(asked) == 3
