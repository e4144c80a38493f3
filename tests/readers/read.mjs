// What readers of JUnit see: node read.mjs FOLDER FILE.xml... prints {FILE: {READER: [[suite, case, state, text]]}} as JSON.
// state is passed, failed or skipped, as the reader has it; text is what it shows of a case that is not fine.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// The packages lie in another folder, the first argument: this file belongs to the checkout.
const [folder, ...files] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${folder}/`));
const load = (name) => import(pathToFileURL(require.resolve(name)));

const { convertJUnitToCTRFReport } = await load("junit-to-ctrf");
const { parse: parseToJson } = await load("junit2json");
const { parse: parseResults } = (await load("test-results-parser")).default;

const READERS = {
  async "junit-to-ctrf"(file) {
    const { results } = await convertJUnitToCTRFReport(file, { useSuiteName: false });
    return results.tests.map((test) => [test.suite.join(" "), test.name, test.status, test.message ?? ""]);
  },
  async junit2json(file) {
    const { testsuite } = await parseToJson(readFileSync(file, "utf8"));
    return testsuite.flatMap((suite) =>
      suite.testcase.map((test) => {
        const [result] = test.failure ?? test.error ?? test.skipped ?? [];
        const state = test.failure || test.error ? "failed" : test.skipped ? "skipped" : "passed";
        return [suite.name, test.name, state, result?.message ?? ""];
      }),
    );
  },
  async "test-results-parser"(file) {
    const states = { PASS: "passed", FAIL: "failed", SKIP: "skipped" };
    return parseResults({ type: "junit", files: [file] }).suites.flatMap((suite) =>
      suite.cases.map((test) => [suite.name, test.name, states[test.status], test.failure ?? ""]),
    );
  },
};

const seen = {};
for (const file of files) {
  seen[file] = {};
  for (const [name, read] of Object.entries(READERS)) seen[file][name] = await read(file);
}
process.stdout.write(JSON.stringify(seen));
