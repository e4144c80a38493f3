"""What the pretended model thinks before it answers: a reasoning item for those who ask for one."""

import base64
from dataclasses import replace

from aioc.reference.answer import Json
from aioc.reference.engine import Ask, Outcome, decide
from aioc.reference.text import seed_of, tokenize, write


def decide_with_thoughts(body: dict[str, Json], ask: Ask) -> tuple[list[str], Outcome]:
    """The tokens of the thoughts, none unless an effort or a summary is asked for, and what the cap leaves to say."""
    asked = body.get("reasoning", {})
    if asked.get("effort") in (None, "none") and not asked.get("summary"):
        return [], decide(ask)
    # A sentence has eleven tokens at most and the cap is never below sixteen: something is always left.
    thoughts = tokenize(write(seed_of(ask.seed, "thoughts")).partition(".")[0] + ".")
    return thoughts, decide(replace(ask, cap=None if ask.cap is None else ask.cap - len(thoughts)))


def reasoning_item(body: dict[str, Json], thoughts: list[str], name: str) -> Json:
    """The item: a summary if one was asked for, the thoughts themselves only in a form that nobody can read."""
    text = "".join(thoughts)
    summary = [{"type": "summary_text", "text": text}] if body["reasoning"].get("summary") else []
    item = {"id": name, "type": "reasoning", "summary": summary, "content": []}
    if "reasoning.encrypted_content" in body.get("include", []):
        item["encrypted_content"] = base64.b64encode(text.encode()).decode()
    return item
