// The loop of every driver for node: a line of JSON in, a line of JSON out.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

export const QUESTION = "Say hi.";
export const CITIES = "Weather in Oslo and in Rome";
export const CITY = "Weather in Oslo";
export const TEXTS = ["Oslo is cold.", "Rome is warm.", "Paris is neither."];
export const DESCRIPTION = "Tells the weather of a city.";

// The packages lie in another folder, the first argument: the drivers belong to the checkout.
const require = createRequire(pathToFileURL(`${process.argv[2]}/`));
export const load = (name) => import(pathToFileURL(require.resolve(name)));

// An error that nobody waits for is the client's doing as well: it must not end the driver.
let stray = null;
const strayed = (error) => (stray ??= error);
process.on("unhandledRejection", strayed);
process.on("uncaughtException", strayed);

// What a client prints is no answer.
console.log = console.info = console.warn = console.error;

function told(error) {
  const name = error?.name === "Error" ? error.constructor.name : error?.name;
  return { raised: `${name ?? typeof error}: ${String(error?.message ?? error).replace(/\s+/g, " ").slice(0, 300)}` };
}

// scenarios: from a base URL (with /v1) and a model to what came: text, calls, usage, vectors.
export async function serve(scenarios) {
  for await (const line of createInterface({ input: process.stdin })) {
    const ask = JSON.parse(line);
    let answer;
    stray = null;
    try {
      answer = await scenarios[ask.scenario](ask.base_url, ask.model);
    } catch (error) {
      answer = told(error);
    }
    if (stray && !answer.raised) answer = told(stray);
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}
