"""The pages of the cases and the matrix: what a case asks, why, where that is written, who deviates."""

from aioc.pages.case import Servers, case_index, case_page, topics
from aioc.pages.index import index_page

from .made_up import catalogue, subjects


def page(topic):
    return case_page(topic, catalogue(), Servers.of(subjects()))


def test_a_family_is_one_entry_with_its_members():
    text = page("chat")
    assert text.count('<a id="chat--basic"></a>') == 1 and "[chat/basic](#chat--basic) | FAIL |" in text
    assert "Once for each of `seed`, `stop`." in text


def test_an_entry_says_what_is_asked_and_checked():
    text = page("chat")
    assert "**Asks** `POST /v1/chat/completions` with `stream: true` and `${field}: null`. Needs `chat`." in text
    assert "  * FAIL: the status is `200`\n" in text
    assert "  * WARN `text`: `$.choices[*].message.content` is not empty\n" in text
    assert "  * FAIL: `$.n` is from `1` to `3`, if it is there\n" in text


def test_an_entry_says_why_and_where_and_how_to_dispute_it():
    text = page("chat")
    assert "**Why it matters**: A client shows nothing." in text
    assert "**Source**: <https://example.org/chat>; recording one" in text
    assert (
        "[openai_v1/chat/basic.yaml](../../specs/openai_v1/chat/basic.yaml) · [dispute it](../../CONTRIBUTING.md)"
        in text
    )


def test_an_entry_names_the_servers_that_deviate_with_versions_and_those_that_pass():
    text = page("chat")
    assert "[behind](../catalog/behind.md): FAIL The text is empty; a client shows nothing." in text
    assert "WARN (`<2`) Old ones broke" in text
    assert "Passed, in the runs kept" not in text, "of a family's members the worst counts"
    assert "**Passed, in the runs kept, by** [behind](../catalog/behind.md) and [proxy](../catalog/proxy.md)." in page(
        "behind"
    )


def test_topics_of_servers_come_last_and_the_index_names_all():
    assert topics(catalogue()) == ["chat", "models", "behind"]
    assert "| [behind](behind.md) | 1 | what The server behind has of its own |" in case_index(catalogue())


def test_the_matrix_tells_what_breaks_a_client_from_what_is_there_and_not():
    text = index_page(catalogue(), subjects())
    assert "| [behind](behind.md) | no | **yes**, 1 |" in text
    assert "speech = `POST /v1/audio/speech`" in text and "## Platform" in text
