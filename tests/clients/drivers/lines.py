"""The loop of every Python driver: a line of JSON in, a line of JSON out."""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

QUESTION = "Say hi."
CITIES = "Weather in Oslo and in Rome"
CITY = "Weather in Oslo"
TEXTS = ["Oslo is cold.", "Rome is warm.", "Paris is neither."]
PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string", "enum": ["Oslo", "Rome"]}},
    "required": ["city"],
    "additionalProperties": False,
}
DESCRIPTION = "Tells the weather of a city."

Scenario = Callable[[str, str], dict[str, Any]]
"""From a base URL (with /v1) and a model to what came: text, calls, usage, vectors."""


def serve(scenarios: Mapping[str, Scenario]) -> None:
    """Play what is asked for until the input ends; an exception of the client is an answer too."""
    sys.stdout = sys.stderr  # what a client prints is no answer
    for line in sys.stdin:
        ask = json.loads(line)
        try:
            answer = scenarios[ask["scenario"]](ask["base_url"], ask["model"])
        except Exception as error:
            said = " ".join(str(error).split())
            answer = {"raised": f"{type(error).__name__}: {said[:300]}"}
        print(json.dumps(answer, default=str), file=sys.__stdout__, flush=True)
