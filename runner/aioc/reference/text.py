"""Deterministic words, their tokens and log probabilities: the same seed always writes the same text."""

import hashlib
import json
import random
import re
from collections.abc import Mapping

from aioc.reference.answer import Json

WORDS = [
    "amber", "brook", "candle", "delta", "ember", "field", "garden", "harbour", "island", "jasper",
    "kettle", "lantern", "meadow", "noble", "orchard", "pebble", "quiet", "river", "silver", "timber",
    "under", "valley", "willow", "yellow", "zephyr", "café", "naïve", "Straße", "привет", "東京", "🙂",
]  # fmt: skip
_TOKEN = re.compile(r"\s?\w{1,12}|\s?[^\w\s]|\s")


def seed_of(*material: Json) -> int:
    """A number made of the whole material."""
    return int.from_bytes(hashlib.sha256(json.dumps(material, sort_keys=True).encode()).digest()[:8])


def tokenize(text: str) -> list[str]:
    """Split without losing a character."""
    return _TOKEN.findall(text)


def count(text: str) -> int:
    """How many tokens a text has."""
    return len(tokenize(text))


def write(seed: int, prompt: str = "") -> str:
    """A few sentences; whoever asks to count gets numbers, so that stop strings can be foreseen."""
    if re.search(r"\bcount\b", prompt.lower()):
        return ", ".join(str(number) for number in range(1, 41)) + "."
    dice = random.Random(seed)
    sentences = []
    for _ in range(dice.randint(4, 6)):
        words = " ".join(dice.choices(WORDS, k=dice.randint(6, 10)))
        sentences.append(words[0].upper() + words[1:] + ".")
    return " ".join(sentences)


def weigh(text: str, weights: Mapping[str, float]) -> str:
    """The text under a `logit_bias`: 100 makes every token this one, -100 leaves it out; half of that is not felt."""
    strongest = max(weights, key=weights.__getitem__, default="")
    if strongest in _VOCABULARY and weights[strongest] > 50:
        return _VOCABULARY[strongest] * count(text)
    banned = {_VOCABULARY.get(name) for name, weight in weights.items() if weight < -50}
    return "".join(token for token in tokenize(text) if token not in banned)


def candidates(token: str, top: int) -> list[tuple[str, float]]:
    """The chosen token and the ones that might have stood there, most probable first."""
    dice = random.Random(seed_of(token))
    first = -round(dice.uniform(0.01, 0.6), 6)
    others = dice.sample([word for word in _ALTERNATIVES if word != token], k=max(0, top - 1))
    return [(token, first)] + [(word, round(first - step - 1, 6)) for step, word in enumerate(others)]


def logprob(token: str, top: int) -> dict[str, Json]:
    """One token in the shape of chat and responses."""

    def shape(word: str, value: float) -> dict[str, Json]:
        return {"token": word, "logprob": value, "bytes": list(word.encode())}

    found = candidates(token, top)
    return {**shape(*found[0]), "top_logprobs": [shape(*pair) for pair in found[:top]]}


_ALTERNATIVES = [f" {word}" for word in WORDS]
_VOCABULARY = {
    str(number): f" {token}" for number, token in enumerate([*map(chr, range(33, 127)), *WORDS])
}  # the words of `logit_bias`: tokens by number
