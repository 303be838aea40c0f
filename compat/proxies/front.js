// Starts nginx and HAProxy in front of a server, with the very configurations of docs/guides/proxies.md.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort, startServer } from "../server.js";

const guide = readFileSync(new URL("../../docs/guides/proxies.md", import.meta.url), "utf8");

/**
 * The configuration below a heading of the guide, as it is but for its addresses.
 * @param ports of the proxy, and of the servers that the guide has at 4000, 4001, ...
 */
export function configuration(heading, { port, to }) {
  const section = guide.split(/^## /m).find((text) => text.startsWith(`${heading}\n`));
  const [, block] = section?.match(/```(?:nginx|haproxy)\n(.*?)```/s) ?? [];
  if (!block) throw new Error(`the guide has no configuration below "${heading}"`);
  const replaced = block
    .replace("listen 80;", `listen 127.0.0.1:${port};`)
    .replace("bind :80\n", `bind 127.0.0.1:${port}\n`)
    .replaceAll(/127\.0\.0\.1:(400\d)/g, (_, known) => `127.0.0.1:${to[known - 4000]}`);
  for (const each of [port, ...to])
    if (!replaced.includes(`127.0.0.1:${each}`)) throw new Error(`below "${heading}" the guide has other addresses`);
  return replaced;
}

/** nginx, as one process; `edit` may change the guide's configuration. */
export async function startNginx({ heading = "nginx", to, edit = (text) => text }) {
  const port = await freePort();
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${name};`);
  const text = `
    daemon off; master_process off; pid nginx.pid; error_log stderr;
    events {}
    http { access_log off; ${paths.join(" ")}
    ${edit(configuration(heading, { port, to }))} }`;
  return start("nginx", (file, folder) => ["-p", folder, "-c", file, "-e", "stderr"], port, text);
}

/** HAProxy, in the foreground. */
export async function startHaproxy({ heading = "HAProxy", to, edit = (text) => text }) {
  const port = await freePort();
  return start("haproxy", (file) => ["-db", "-f", file], port, edit(configuration(heading, { port, to })));
}

/**
 * Makes what starts servers with a proxy in front, which stays when they are started again; the url is
 * the proxy's.
 */
export function behind(startProxy, { startOne = startServer, count = 1, ...how } = {}) {
  const proxies = new Map();
  return async ({ transport, port }) => {
    const servers = [await startOne({ transport, port })];
    while (servers.length < count) servers.push(await startOne({ transport, port: await freePort() }));
    if (!proxies.has(port)) {
      proxies.set(port, await startProxy({ to: servers.map((server) => server.port), ...how }));
    }
    const proxy = proxies.get(port);
    return {
      port,
      url: proxy.url,
      proxy,
      servers,
      kill: () => Promise.all(servers.map((server) => server.kill())),
      stop: () => Promise.all([proxy, ...servers].map((each) => each.stop())),
    };
  };
}

/** One of the numbers that a server tells at /metrics. */
export async function metric({ url }, name) {
  const text = await (await fetch(`${url}/metrics`, { headers: { connection: "close" } })).text();
  return Number(text.match(new RegExp(`^${name} (\\S+)$`, "m"))[1]);
}

async function start(program, args, port, text) {
  const folder = mkdtempSync(join(tmpdir(), "myriad-proxy-"));
  const file = join(folder, "configuration");
  writeFileSync(file, text);
  const child = spawn(program, args(file, folder), { stdio: ["ignore", "ignore", "pipe"] });
  let printed = "";
  child.stderr.on("data", (data) => (printed += data));
  const exited = once(child, "exit");
  while (!(await listens(port))) {
    if (child.exitCode !== null) throw new Error(`${program} does not start: ${printed}`);
    await pause(20);
  }
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill("SIGTERM");
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}

const listens = (port) =>
  new Promise((resolve) => {
    const probe = connect(port, "127.0.0.1");
    probe.on("connect", () => resolve(true)).on("error", () => resolve(false));
    probe.on("connect", () => probe.destroy());
  });
