// openai-node as programs use it: plain calls, plain loops over streams, its stream helpers and runTools.
import { CITIES, DESCRIPTION, QUESTION, TEXTS, load, serve } from "./lines.mjs";

const { default: OpenAI } = await load("openai");

const PARAMETERS = {
  type: "object",
  properties: { city: { type: "string", enum: ["Oslo", "Rome"] } },
  required: ["city"],
  additionalProperties: false,
};
const FUNCTION = { name: "get_weather", description: DESCRIPTION, parameters: PARAMETERS };
const TOOLS = [{ type: "function", function: FUNCTION }];

const client = (baseURL) => new OpenAI({ baseURL, apiKey: "none", maxRetries: 0 });
const asked = (content) => [{ role: "user", content }];
const total = (usage) => usage?.total_tokens ?? null;

// The tool that runTools runs, and the calls that it saw.
function watched() {
  const calls = [];
  const run = (given) => {
    calls.push(["get_weather", given]);
    return "sunny";
  };
  return { calls, tools: [{ type: "function", function: { ...FUNCTION, parse: JSON.parse, function: run } }] };
}

await serve({
  async plain(url, model) {
    const made = await client(url).chat.completions.create({ model, messages: asked(QUESTION) });
    return { text: made.choices[0].message.content, usage: total(made.usage) };
  },
  async stream(url, model) {
    let text = "";
    for await (const chunk of await client(url).chat.completions.create({ model, messages: asked(QUESTION), stream: true })) {
      text += chunk.choices[0].delta.content ?? "";
    }
    return { text };
  },
  async "stream-helper"(url, model) {
    let text = "";
    const stream = client(url).chat.completions.stream({ model, messages: asked(QUESTION), stream_options: { include_usage: true } });
    stream.on("content", (piece) => (text += piece));
    const made = await stream.finalChatCompletion();
    return { text, whole: made.choices[0].message.content, usage: total(made.usage) };
  },
  async tool(url, model) {
    const made = await client(url).chat.completions.create({ model, messages: asked(CITIES), tools: TOOLS });
    const calls = made.choices[0].message.tool_calls ?? [];
    return { calls: calls.map((call) => [call.function.name, JSON.parse(call.function.arguments)]) };
  },
  async "tool-stream"(url, model) {
    const calls = {};
    for await (const chunk of await client(url).chat.completions.create({ model, messages: asked(CITIES), tools: TOOLS, stream: true })) {
      for (const piece of chunk.choices[0].delta.tool_calls ?? []) {
        const call = (calls[piece.index] ??= ["", ""]);
        call[0] += piece.function?.name ?? "";
        call[1] += piece.function?.arguments ?? "";
      }
    }
    return { calls: Object.values(calls) };
  },
  async "tool-stream-helper"(url, model) {
    const made = await client(url).chat.completions.stream({ model, messages: asked(CITIES), tools: TOOLS }).finalChatCompletion();
    const calls = made.choices[0].message.tool_calls ?? [];
    return { calls: calls.map((call) => [call.function.name, JSON.parse(call.function.arguments)]) };
  },
  async "run-tools"(url, model) {
    const { calls, tools } = watched();
    await client(url).chat.completions.runTools({ model, messages: asked(CITIES), tools }).finalContent();
    return { calls };
  },
  async "run-tools-stream"(url, model) {
    const { calls, tools } = watched();
    await client(url).chat.completions.runTools({ model, messages: asked(CITIES), tools, stream: true }).finalContent();
    return { calls };
  },
  async embeddings(url) {
    const made = await client(url).embeddings.create({ model: "reference-embed", input: TEXTS });
    return { vectors: made.data.map((item) => item.embedding), usage: total(made.usage) };
  },
  async responses(url, model) {
    const made = await client(url).responses.create({ model, input: QUESTION });
    return { text: made.output_text, usage: total(made.usage) };
  },
  async "responses-stream"(url, model) {
    let text = "";
    for await (const event of await client(url).responses.create({ model, input: QUESTION, stream: true })) {
      if (event.type === "response.output_text.delta") text += event.delta;
    }
    return { text };
  },
  async "responses-stream-helper"(url, model) {
    let text = "";
    const stream = client(url).responses.stream({ model, input: QUESTION });
    stream.on("response.output_text.delta", (event) => (text += event.delta));
    const made = await stream.finalResponse();
    return { text, whole: made.output_text, usage: total(made.usage) };
  },
  async models(url) {
    const ids = [];
    for await (const model of client(url).models.list()) ids.push(model.id);
    return { text: ids.join(" ") };
  },
});
