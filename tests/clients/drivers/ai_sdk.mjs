// The AI SDK: generateText, streamText, objects and embedMany; the second argument says with which provider.
import { CITIES, CITY, DESCRIPTION, QUESTION, TEXTS, load, serve } from "./lines.mjs";

const { Output, embedMany, generateText, stepCountIs, streamText, tool } = await load("ai");
const { createOpenAI } = await load("@ai-sdk/openai");
const { createOpenAICompatible } = await load("@ai-sdk/openai-compatible");
const { z } = await load("zod");

const compatible = process.argv[3] === "compatible";
const provider = (baseURL) => (compatible ? createOpenAICompatible({ name: "own", baseURL }) : createOpenAI({ baseURL, apiKey: "none" }));
const chat = (url, model) => (compatible ? provider(url)(model) : provider(url).chat(model));
const plainly = (url, model) => provider(url)(model);
const NAME = z.enum(["Oslo", "Rome"]);

// A tool, and the calls that it saw.
function watched() {
  const calls = [];
  const execute = (given) => {
    calls.push(["get_weather", given]);
    return "sunny";
  };
  const get_weather = tool({ description: DESCRIPTION, inputSchema: z.object({ city: NAME }), execute });
  return { calls, more: { tools: { get_weather }, stopWhen: stepCountIs(3), prompt: CITIES } };
}

const said = async (model, more) => {
  const made = await generateText({ model, maxRetries: 0, prompt: QUESTION, ...more });
  return { text: made.text, usage: made.totalUsage.totalTokens ?? null };
};

// textStream ends quietly at an error: a program that wants to know of it looks at all parts.
// openai-compatible asks for no usage in a stream.
const streamed = async (model, more) => {
  let text = "";
  const made = streamText({ model, maxRetries: 0, prompt: QUESTION, onError() {}, ...more });
  for await (const part of made.fullStream) {
    if (part.type === "error") throw part.error;
    if (part.type === "text-delta") text += part.text;
  }
  const { totalTokens } = await made.totalUsage;
  return totalTokens ? { text, usage: totalTokens } : { text };
};

const called = (how, at) => async (url, model) => {
  const { calls, more } = watched();
  await how(at(url, model), more);
  return { calls };
};

await serve({
  plain: (url, model) => said(chat(url, model)),
  stream: (url, model) => streamed(chat(url, model)),
  tool: called(said, chat),
  "tool-stream": called(streamed, chat),
  async struct(url, model) {
    const output = Output.object({ schema: compatible ? z.object({ answer: z.string() }) : z.object({ city: NAME, degrees: z.number() }) });
    const made = await generateText({ model: chat(url, model), maxRetries: 0, prompt: CITY, output });
    return { text: JSON.stringify(made.output) };
  },
  async embeddings(url) {
    const made = await embedMany({ model: provider(url).textEmbeddingModel("reference-embed"), maxRetries: 0, values: TEXTS });
    return { vectors: made.embeddings };
  },
  responses: (url, model) => said(plainly(url, model)),
  "responses-stream": (url, model) => streamed(plainly(url, model)),
  "responses-tool": called(said, plainly),
  "responses-tool-stream": called(streamed, plainly),
});
