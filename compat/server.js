// Starts and stops real servers for the tests, in the ways that their users have.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const java = process.env.JAVA_HOME ? `${process.env.JAVA_HOME}/bin/java` : "java";
const flags = ["-XX:+UseCompactObjectHeaders", "--enable-native-access=ALL-UNNAMED"];

/** The server with its demo. */
export function startServer({ transport = "auto", port, options = [] }) {
  const args = ["serve", "--demo", "--no-warm-up", "--host", "127.0.0.1", "--transport", transport];
  return start(`${root}myriad`, [...args, "--port", `${port}`, ...options], port);
}

/** Three nodes with the demo, from `port` on, and NATS between them. */
export function startCluster({ port }) {
  return start(`${root}myriad`, ["cluster", "--nodes", "3", "--port", `${port}`], port, { servers: 3, says: "Myriad listens on " });
}

/** A program of a user, one source file of this folder, which is told its transport and port. */
export function startProgram(source, { transport, port }) {
  const args = [...flags, "-cp", `${root}.myriad/lib/*`, `${root}compat/${source}`];
  return start(java, [...args, transport, `${port}`], port);
}

/** A server that listens; `url` is its http address. Rejects with what it printed if it exits. */
async function start(program, args, port, { servers = 1, says = " listens on " } = {}) {
  let left = servers;
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  child.stderr.on("data", (data) => (printed += data));
  const exited = once(child, "exit");
  const listening = new Promise((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      printed += `${line}\n`;
      if (line.includes(says) && --left === 0) resolve(true);
    });
  });
  const up = await Promise.race([listening, exited.then(() => false)]);
  if (!up) throw new Error(printed.trim());

  const stop = async (signal) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const [code] = await exited;
    return code;
  };
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    /** Closes politely and tells the exit code. */
    stop: () => stop("SIGTERM"),
    kill: () => stop("SIGKILL"),
  };
}

/** A port that is free now, below the range from which the kernel serves clients. */
export async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const probe = createServer();
    const free = await new Promise((resolve) => {
      probe.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    await new Promise((resolve) => probe.close(resolve));
    if (free) return port;
  }
}
