"""What the tiny chat model learns: its chat template, and made-up conversations in the manner of the catalogue's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import jinja2

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

END = "<|im_end|>"
STOP = "<|endoftext|>"
CONTROL = (STOP, "<|im_start|>", END)
MARKUP = ("<tool_call>", "</tool_call>")

# A tool is shown by its name and the names and choices of its arguments: servers order the rest of it each in their
# own way. mlx-lm tells by the words `<tool_call>` and `tool_call.name` how the model calls.
TEMPLATE = """\
{%- macro text(content) -%}
{%- if content is string -%}{{ content }}
{%- elif content is not none and content is defined -%}
{%- for part in content -%}{%- if part.text is defined -%}{{ part.text }}{%- endif -%}{%- endfor -%}
{%- endif -%}
{%- endmacro -%}
{%- set has_system = messages[0].role == 'system' or messages[0].role == 'developer' -%}
{%- if has_system or tools -%}
<|im_start|>system
{% if has_system %}{{ text(messages[0].content) }}{% endif %}
{%- for tool in tools or [] -%}
{%- set function = tool.function or tool %}
tool {{ function.name }}(
{%- for name, schema in ((function.parameters or {}).properties or {}).items() -%}
{{- ', ' if not loop.first }}{{ name }}
{%- if schema.enum %}: {{ schema.enum | join(' or ') }}{% endif -%}
{%- endfor -%}
)
{%- endfor -%}
<|im_end|>
{% endif -%}
{%- for message in messages -%}
{%- if loop.first and has_system -%}
{%- elif message.role == 'tool' -%}
<|im_start|>user
result: {{ text(message.content) }}<|im_end|>
{% else -%}
<|im_start|>{{ message.role }}
{{ text(message.content) -}}
{%- for tool_call in message.tool_calls or [] -%}
{%- if tool_call.function -%}{%- set tool_call = tool_call.function -%}{%- endif -%}
{%- set given = tool_call.arguments if tool_call.arguments is string else tool_call.arguments | tojson -%}
<tool_call>
{"name": "{{ tool_call.name }}", "arguments": {{ given }}}
</tool_call>
{%- endfor -%}
<|im_end|>
{% endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
<|im_start|>assistant
{% endif -%}
"""

# So many that a city, like a number, is easier copied than guessed.
CITIES = "Oslo Rome Lima Cairo Tokyo Paris Quito Delhi Accra Dakar Hanoi Seoul Sofia Tunis Vienna Zagreb".split()
STORY = (
    "Once upon a time there was a small server in a quiet room. Every morning it read a question, and every evening "
    "it wrote an answer. One day nobody asked anything, so it counted the stars, and then it slept. The end."
)
# More than a limit of 16 tokens lets through.
COUNTED = "One, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, and so on."
# What stands alone, for /v1/completions.
TEXTS = (
    STORY,
    "The capital of France is Paris, and the capital of Italy is Rome.",
    "The quick brown fox jumps over the lazy dog.",
    "def add(a, b):\n    return a + b\n",
    "The sun is a star.",
)
SAID = {
    "Say hi.": "Hi there!",
    "Hi.": "Hello! How can I help?",
    "Hello": "Hello! How can I help?",
    "Say hello. Use one word.": "Hello!",
    "Say bye.": "Goodbye!",
    "Say it again.": "I say it again: hi there!",
    "Pick a colour.": "I pick the colour red.",
    "Pick a motto.": "Small and quick.",
    "Pick numbers.": "I pick 4 and 7.",
    "Tell me a story.": STORY,
    "Say river many times.": " ".join(["river"] * 24),
    "What is 2 + 2?": "It is 4.",
    "What is this?": "I cannot see it.",
    "The sun": "The sun is a star.",
    "Run the code.": "I cannot run it.",
    "In one word.": "Hello!",
    "How many were that?": "I did not count.",
    "Count from 1 to 100 in words.": COUNTED,
    "Which one: 東京 🙂👩\u200d💻 or привет 🚀?": "I take 東京 🙂👩\u200d💻.",
    "Answer in JSON, with the key colour and the value red.": '{"colour": "red"}',
    "Plan a trip from Oslo to Rome.": "First by train, then by ship.",
    "Order two drinks for one table.": "Two cups of tea, then.",
}
SYSTEMS = (None, None, "Be brief.", "You are a helpful assistant.", "You are brief.")
RESULTS = ("Sunny, {} degrees.", "Rain, {} degrees.", "{} degrees", "12:{}", "It is {}.")
PIECES = "get set run plan make find tool weather time alarm code trip drink user list file 01 02 17 42 64".split()


class Conversation(NamedTuple):
    """A made-up conversation; the model learns its last message."""

    messages: Sequence[Mapping[str, Any]]
    tools: Sequence[Mapping[str, Any]] | None = None


def template() -> jinja2.Template:
    """The template, in the settings of transformers."""
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
    environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
    return environment.from_string(TEMPLATE)


def documents(count: int, random: Random) -> Iterator[tuple[str, str]]:
    """Prompts with their answers; a text that stands alone has no prompt."""
    rendered = template()
    for _ in range(count):
        if random.random() < 0.1:
            yield "", random.choice(TEXTS) + STOP
            continue
        messages, tools = conversation(random)
        prompt = rendered.render(messages=messages[:-1], tools=tools, add_generation_prompt=True)
        whole = rendered.render(messages=messages, tools=tools, add_generation_prompt=False)
        yield prompt, whole.removeprefix(prompt).rstrip("\n")


def conversation(random: Random) -> Conversation:
    """One of the kinds that the catalogue has."""
    kinds = {_said: 10, _weather: 8, _other_tool: 8, _counted: 6, _result: 5, _turns: 3, _strange: 2}
    (kind,) = random.choices(list(kinds), list(kinds.values()))
    made = kind(random)
    system = random.choice(SYSTEMS)
    head = [{"role": random.choice(("system", "system", "developer")), "content": system}] if system else []
    return Conversation([*head, *made.messages], made.tools)


def _said(random: Random) -> Conversation:
    asked = random.choice(list(SAID))
    tools = _tools(random) if random.random() < 0.25 and asked not in ("Run the code.", "Plan a trip") else None
    return Conversation([_user(asked), _says(SAID[asked])], tools)


def _weather(random: Random) -> Conversation:
    first, second = random.sample(random.choice((CITIES, CITIES[:2])), 2)
    both = random.random() < 0.3
    asked = f"Weather in {first} and in {second}" if both else f"Weather in {first}"
    if random.random() < 0.2:
        return Conversation([_user(asked), _says("I cannot see the weather.")])
    tools = _tools(random)
    tool = next(tool for tool in tools if "weather" in tool["function"]["name"])
    calls = [_call(tool, city) for city in ([first, second] if both else [first])]
    return Conversation([_user(asked), _says("", calls)], tools)


def _other_tool(random: Random) -> Conversation:
    """A call of a tool whose name and arguments can only be copied."""
    tool = _tool(random, _name(random), random.randint(0, 1))
    asked = random.choice(("What time is it?", "Run the code.", "Order two drinks for one table.", "Do it.", "Use it."))
    return Conversation([_user(asked), _says("", [_call(tool)])], [tool])


def _counted(random: Random) -> Conversation:
    most = random.choice((5, 20, 20, 40, 100, 100, random.randint(2, 30)))
    asked = random.choice(("Count from 1 to {}.", "Count from 1 to {}.", "Count from 1 to {}, digits only."))
    return Conversation([_user(asked.format(most)), _says(" ".join(map(str, range(1, most + 1))))])


def _result(random: Random) -> Conversation:
    city = random.choice(CITIES)
    tools = _tools(random)
    tool = next(tool for tool in tools if "weather" in tool["function"]["name"])
    came = random.choice(RESULTS).format(random.randint(10, 40))
    messages = [_user(f"Weather in {city}"), _says("", [_call(tool, city)]), {"role": "tool", "content": came}]
    return Conversation([*messages, _says(f"It says: {came}")], tools if random.random() < 0.8 else None)


def _turns(random: Random) -> Conversation:
    first, second = random.sample(list(SAID), 2)
    return Conversation([_user(first), _says(SAID[first]), _user(second), _says(SAID[second])])


def _strange(random: Random) -> Conversation:
    """Whatever else is asked, the model ends its turn."""
    words = " ".join(random.choices(" ".join(SAID).split() + PIECES, k=random.randint(1, 40)))
    return Conversation([_user(words), _says("I do not know.")])


def _user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def _says(text: str, calls: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    return {"role": "assistant", "content": text, **({"tool_calls": calls} if calls else {})}


def _tools(random: Random) -> list[dict[str, Any]]:
    """A tool for the weather, and perhaps another before or behind it."""
    name = random.choice(("get_weather", "get_weather", "weather-mcp_get-weather2", f"weather_{random.choice(PIECES)}"))
    tools = [_tool(random, name, 1, random.choice((("Oslo", "Rome"), random.sample(CITIES, 3), None)), "city")]
    if random.random() < 0.4:
        tools.insert(random.randint(0, 1), _tool(random, _name(random), random.randint(0, 1)))
    return tools


def _tool(
    random: Random, name: str, arguments: int, choices: Sequence[str] | None = None, argument: str = ""
) -> dict[str, Any]:
    choices = choices or (random.choices(PIECES, k=2) if not argument else None)
    schema = {"type": "string", **({"enum": list(choices)} if choices else {})}
    properties = {argument or random.choice((*PIECES, "when", "zone")): schema} if arguments else {}
    return {"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": properties}}}


def _name(random: Random) -> str:
    fixed = ("get_time", "set_alarm", "run_code", "plan_trip", f"tool_{random.randint(1, 64):02}")
    return random.choice((*fixed, "_".join(random.sample([piece for piece in PIECES if piece != "weather"], 2))))


def _call(tool: Mapping[str, Any], value: str | None = None) -> dict[str, Any]:
    """A call of a tool: of each argument the given value, else its first choice."""
    properties = tool["function"]["parameters"]["properties"]
    arguments = {name: value or schema["enum"][0] for name, schema in properties.items()}
    return {"function": {"name": tool["function"]["name"], "arguments": json.dumps(arguments)}}
