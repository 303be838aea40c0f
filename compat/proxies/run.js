// Runs a program to its end.
import { spawn } from "node:child_process";

/**
 * Resolves to what it printed, `{code, out, err}`.
 * @param until ends it as soon as its standard error contains that
 */
export function run(program, args, { until, seconds = 15 } = {}) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const printed = { out: "", err: "" };
  const late = AbortSignal.timeout(seconds * 1_000);
  late.addEventListener("abort", () => child.kill());
  child.stdout.on("data", (data) => (printed.out += data));
  child.stderr.on("data", (data) => {
    printed.err += data;
    if (until && printed.err.includes(until)) child.kill();
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (late.aborted) reject(new Error(`${program} has not ended in ${seconds} s: ${printed.out}${printed.err}`));
      else resolve({ code, ...printed });
    });
  });
}
