"""What a user may choose: the roles that models play, a shard of a run, what makes a run fail."""

import re
from typing import NamedTuple

FAIL_ON = ("fail", "new", "warn", "stale", "unstable")

ROLES = {
    "model": "chat and completions",
    "embedding_model": "embeddings",
    "rerank_model": "rerank",
    "vision_model": "pictures in a chat",
    "tts_model": "speech",
    "stt_model": "transcription",
    "image_model": "pictures made",
    "moderation_model": "moderation",
}
"""The roles a model can play; a case names the model of a role as `${model}`, `${embedding_model}` …"""


class Part(NamedTuple):
    """The `number`-th of `total` parts, from 1."""

    number: int
    total: int

    def __str__(self) -> str:
        """Read `2/5`."""
        return f"{self.number}/{self.total}"

    @classmethod
    def read(cls, text: str) -> "Part | None":
        """Read `2/5`; None for what is no part: half of the CI systems count from 0, which would lose cases."""
        found = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", text)
        if found is None or not 1 <= int(found[1]) <= int(found[2]):
            return None
        return cls(int(found[1]), int(found[2]))
