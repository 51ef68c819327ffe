// One label a line: {"zpl", "width_mm", "height_mm", "dpmm"} in, {"pngs": [base64]} or {"error"} out.
// Started with the folder that holds node_modules; ends when its input ends.
"use strict";
const { createRequire } = require("node:module");
const path = require("node:path");
const readline = require("node:readline");

globalThis.crypto ??= require("node:crypto").webcrypto; // Debian 12's Node 18 has it, but not as a global

const installed = createRequire(path.join(process.argv[2], "package.json"));

async function main() {
  const { api } = await installed("zpl-renderer-js").ready;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let answer;
    try {
      const { zpl, width_mm, height_mm, dpmm } = JSON.parse(line);
      answer = { pngs: await api.zplToBase64MultipleAsync(zpl, width_mm, height_mm, dpmm) };
    } catch (error) {
      answer = { error: String(error) };
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
}

// The renderer's own runtime would keep the process alive for ever.
main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error && error.stack}\n`);
    process.exit(1);
  },
);
