// Thousands of requests, right and wrong ones: what the server makes of one must not depend on where it
// comes, nor differ from what Node's server makes of it. SEED repeats a run.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { startProgram, startServer } from "../../server.js";
import { onEachTransport } from "../../suite.js";
import { exchange, responses } from "../exchange.js";
import { makeUp } from "../requests.js";
import { seeded } from "../seeded.js";

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const count = 1_000;
const page = "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n";
const upload = "POST /nothing HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
/** What ends each exchange, if it is answered at all. */
const last = "GET /last HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

/** Calls `each` with all requests, some at a time; fails with what it returned for the first ones. */
async function withAll(each) {
  const random = seeded(seed);
  const requests = Array.from({ length: count }, () => makeUp(random));
  const complaints = [];
  const worker = async () => {
    for (let request = requests.pop(); request; request = requests.pop()) {
      const complaint = await each(request, random);
      if (complaint) complaints.push(`${JSON.stringify(request.toString("latin1"))}\n    ${complaint}`);
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  assert.equal(complaints.length, 0, `SEED=${seed}, ${complaints.length} requests\n${complaints.slice(0, 20).join("\n")}`);
}

onEachTransport(`seed ${seed}`, startServer, () => {}, (check, running) => {
  check("a request is answered alike as the first, a later one, pipelined, and in pieces", async () => {
    const { port } = running.server;
    await withAll(async (request, random) => {
      const cut = () => random(request.length + 1);
      const [one, two, three] = [cut(), cut(), cut()].sort((a, b) => a - b);
      const pieces = [request.subarray(0, one), request.subarray(one, two), request.subarray(two, three)];
      const places = {
        first: [[Buffer.concat([request, Buffer.from(last)])], 0],
        later: [[page, (received) => received.endsWith("}"), Buffer.concat([request, Buffer.from(last)])], 1],
        pipelined: [[Buffer.concat([Buffer.from(page + upload), request, Buffer.from(last)])], 2],
        pieces: [[...pieces, Buffer.concat([request.subarray(three), Buffer.from(last)])], 0],
        "later, in pieces": [[upload + page, (received) => received.endsWith("}"), ...pieces, Buffer.concat([request.subarray(three), Buffer.from(last)])], 2],
      };
      const verdicts = {};
      for (const [place, [sent, before]] of Object.entries(places)) {
        const answers = responses(await exchange(port, sent));
        verdicts[place] = answers.slice(before).map(({ status, closes, rest }) => rest ?? `${status}${closes ? " close" : ""}`).join(", ");
      }
      const alike = Object.values(verdicts).every((verdict) => verdict === verdicts.first);
      return alike && verdicts.first !== "" ? undefined : JSON.stringify(verdicts);
    });
  });
});

const startMirror = (where) => startProgram("proxies/Mirror.java", where);

onEachTransport(`seed ${seed}, mirrored`, startMirror, () => {}, (check, running) => {
  check("what the server and Node's both take for requests they read alike", async () => {
    const node = createServer((request, response) => {
      const body = [];
      request.on("data", (bytes) => body.push(bytes));
      request.on("end", () => {
        const text = Buffer.from(reflect(request, Buffer.concat(body)));
        response.setHeader("content-length", text.length).end(text);
      });
    });
    node.listen(0, "127.0.0.1");
    await once(node, "listening");
    try {
      await withAll(async (request) => {
        const sent = [Buffer.concat([request, Buffer.from(last)])];
        const ours = taken(await exchange(running.server.port, sent));
        const theirs = taken(await exchange(node.address().port, sent));
        if (ours === undefined || theirs === undefined || ours === theirs) return undefined;
        return `${JSON.stringify(ours)}, Node: ${JSON.stringify(theirs)}`;
      });
    } finally {
      node.close();
      node.closeAllConnections();
    }
  });
});

/** What the first answer says, if it says that the request was taken. */
function taken(text) {
  const [first] = responses(text);
  return first?.status === "200" ? first.body : undefined;
}

/** As Mirror.java does. The authority of a whole address goes before the header's (RFC 9112, 3.2.2). */
function reflect(request, body) {
  const [, authority, target] = request.url.match(/^http:\/\/([^/?]*)(.*)$/i) ?? [, undefined, request.url];
  const headers = {};
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    (headers[request.rawHeaders[at].toLowerCase()] ??= []).push(request.rawHeaders[at + 1]);
  }
  if (authority) headers.host = [authority];
  const lines = Object.entries(headers).map(([name, values]) => `${name}=[${values.join(", ")}]`);
  const path = target === "" || target.startsWith("?") ? `/${target}` : target;
  return [`${request.method} ${path}`, ...lines.sort(), body.toString("hex")].join("\n");
}
