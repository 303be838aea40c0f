// Starts and stops real servers for the tests, in the ways that their users have.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../", import.meta.url));
const bin = process.env.JAVA_HOME ? `${process.env.JAVA_HOME}/bin/` : "";
const lib = `${root}.myriad/lib/*`;
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

/** The folders with the classes of programs; the compiler takes longer than all else of a start. */
const programs = new Map();

/** A program of a user, one source file of this folder, which is told its transport and port. */
export async function startProgram(source, { transport, port }) {
  if (!programs.has(source)) programs.set(source, compile(source));
  const args = [...flags, "-cp", `${lib}:${await programs.get(source)}`, basename(source, ".java")];
  return start(`${bin}java`, [...args, transport, `${port}`], port);
}

async function compile(source) {
  const folder = mkdtempSync(join(tmpdir(), "myriad-program-"));
  process.on("exit", () => rmSync(folder, { recursive: true }));
  await promisify(execFile)(`${bin}javac`, ["-d", folder, "-cp", lib, `${root}compat/${source}`]);
  return folder;
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

/** A port that is free now. It is given once, so that a server that starts again finds its own still there. */
export async function freePort() {
  for (;;) {
    if (ports.length === 0) await reserve();
    const port = ports.shift();
    const probe = await listen(port);
    if (!probe) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}

/** The ports that this file of tests, which is a process, has for itself. */
const ports = [];

/** Takes a hundred, below the range from which the kernel serves clients; who listens to the first has the others. */
async function reserve() {
  for (;;) {
    const first = 20_000 + 100 * Math.floor(Math.random() * 120);
    const held = await listen(first);
    if (!held) continue;
    held.unref();
    for (let port = first + 1; port < first + 100; port++) ports.push(port);
    return;
  }
}

/** Listens, if the port is free. */
function listen(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined)).listen(port, "127.0.0.1", () => resolve(server));
  });
}
