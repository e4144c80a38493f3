"""pydantic-ai: agents on the chat model and on the Responses model, plain and streamed, with a tool and typed."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Literal

from lines import CITIES, CITY, QUESTION, Scenario, serve
from openai import AsyncOpenAI
from pydantic import BaseModel
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider


class Weather(BaseModel):
    """The weather of a city."""

    city: Literal["Oslo", "Rome"]
    degrees: int


def model_at(base_url: str, model: str, kind: type[Any]) -> Any:
    client = AsyncOpenAI(base_url=base_url, api_key="none", max_retries=0)
    return kind(model, provider=OpenAIProvider(openai_client=client))


def with_tool(model: Any) -> tuple[Agent, list[Any]]:
    """An agent, and the calls that its tool saw."""
    agent, calls = Agent(model), []

    @agent.tool_plain
    def get_weather(city: Literal["Oslo", "Rome"]) -> str:
        """Tells the weather of a city."""
        calls.append(["get_weather", {"city": city}])
        return "sunny"

    return agent, calls


async def said(agent: Agent[Any, Any]) -> dict[str, Any]:
    made = await agent.run(QUESTION)
    return {"text": made.output, "usage": made.usage.total_tokens}


async def streamed(agent: Agent[Any, Any]) -> dict[str, Any]:
    async with agent.run_stream(QUESTION) as made:
        text = "".join([piece async for piece in made.stream_text(delta=True)])
        return {"text": text, "usage": made.usage.total_tokens}


async def called(model: Any) -> dict[str, Any]:
    agent, calls = with_tool(model)
    await agent.run(CITIES)
    return {"calls": calls}


async def called_streamed(model: Any) -> dict[str, Any]:
    agent, calls = with_tool(model)
    async with agent.run_stream(CITIES) as made:
        await made.get_output()
    return {"calls": calls}


async def typed(model: Any) -> dict[str, Any]:
    made = await Agent(model, output_type=Weather).run(CITY)
    return {"text": made.output.model_dump_json()}


async def capped(model: Any) -> dict[str, Any]:
    return {"text": (await Agent(model, model_settings={"max_tokens": 3}).run(QUESTION)).output}


def on(kind: type[Any], play: Callable[[Any], Coroutine[Any, Any, dict[str, Any]]]) -> Scenario:
    return lambda base_url, model: asyncio.run(play(model_at(base_url, model, kind)))


serve(
    {
        "plain": on(OpenAIChatModel, lambda model: said(Agent(model))),
        "stream": on(OpenAIChatModel, lambda model: streamed(Agent(model))),
        "tool": on(OpenAIChatModel, called),
        "tool-stream": on(OpenAIChatModel, called_streamed),
        "struct": on(OpenAIChatModel, typed),
        "capped": on(OpenAIChatModel, capped),
        "responses": on(OpenAIResponsesModel, lambda model: said(Agent(model))),
        "responses-stream": on(OpenAIResponsesModel, lambda model: streamed(Agent(model))),
        "responses-tool": on(OpenAIResponsesModel, called),
    }
)
