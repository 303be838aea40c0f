// curl, with the requests that proxies and people make with it.
import assert from "node:assert/strict";
import { startServer } from "../../server.js";
import { onEachTransport } from "../../suite.js";
import { join, sessionPath } from "../poll.js";
import { run } from "../run.js";
import { upgrading } from "../wire.js";

const upgrade = ["--http1.1", "-N", ...upgrading.flatMap((line) => ["-H", line])];
const reused = /Re-using existing connection/g;

onEachTransport("curl", startServer, () => {}, (check, running) => {
  const url = (path) => `${running.server.url}${path}`;
  const curl = async (...args) => {
    const { code, out, err } = await run("curl", ["-sS", "--noproxy", "", "-m", "10", ...args]);
    assert.equal(code, 0, err);
    return out;
  };
  /** The heads and bodies, one behind the other. */
  const answers = (...args) => curl("-i", ...args);
  /** What curl says of the exchange, up to the answer of an upgrade. */
  const upgraded = async (...args) => {
    const { err } = await run("curl", ["-sSv", "-m", "10", ...args], { until: "101 Switching Protocols\r\n" });
    assert.match(err, /^< HTTP\/1\.1 101 /m);
    return err;
  };
  const webSocket = () => [...upgrade, url("/socket/websocket?vsn=2.0.0")];

  check("an upgrade takes the connection of the request before it", async () => {
    const said = await upgraded(url("/health"), "--next", ...webSocket());
    assert.match(said, /^< HTTP\/1\.1 200 /m);
    assert.equal(said.match(reused)?.length, 1, said);
  });

  check("an upgrade takes the connection of HEAD, OPTIONS, a 404 and a refused upgrade before it", async () => {
    const said = await upgraded(
      ...["-I", url("/app.js")],
      ...["--next", "-X", "OPTIONS", url("/health")],
      ...["--next", url("/nothing")],
      ...["--next", ...upgrade, url("/nothing/websocket")],
      ...["--next", ...webSocket()],
    );
    assert.equal(said.match(reused)?.length, 4, said);
  });

  check("HEAD has the headers of GET, its content-length among them, and no body", async () => {
    for (const path of ["/", "/app.js", "/nothing", "/socket/websocket"]) {
      const head = async (...args) =>
        (await curl(...args, "-D", "-", "-o", "/dev/null", url(path))).replace(/^date: .*\r\n/im, "");
      const get = await head();
      assert.match(get, /^content-length: [1-9]/im);
      assert.equal(await head("-I"), get);
      const both = await curl("-v", "-I", url(path), "--next", "-sS", "-o", "/dev/null", "-w", "%{num_connects}", url(path));
      assert.match(both, /\r\n0$/, "the connection is good for the next request");
    }
  });

  check("OPTIONS tells the methods of a page, and with * is answered for the server", async () => {
    const page = await answers("-X", "OPTIONS", url("/health"));
    assert.match(page, /^HTTP\/1\.1 20[04] /);
    assert.match(page, /^allow: .*GET/im);
    const all = await answers("-X", "OPTIONS", "--request-target", "*", url("/"));
    assert.match(all, /^HTTP\/1\.1 20[04] /);
  });

  check("a request as a proxy gets it, with its whole address as the target, is answered", async () => {
    const proxied = ["-x", running.server.url];
    assert.match(await answers(...proxied, url("/health")), /^HTTP\/1\.1 200 .*"status":"ok"/s);
    assert.match(await answers(...proxied, url("/nothing")), /^HTTP\/1\.1 404 /);
    assert.match(await answers(...proxied, "http://example.com/health?a=b"), /^HTTP\/1\.1 200 /);
    await upgraded(...proxied, ...webSocket());
  });

  check("CONNECT is refused, and the server goes on", async () => {
    const { err } = await run("curl", ["-sSv", "-p", "-x", running.server.url, "http://example.com/"]);
    assert.match(err, /^< HTTP\/1\.1 (405|501) /m);
    assert.match(await answers(url("/health")), /^HTTP\/1\.1 200 /);
  });

  check("Expect: 100-continue is answered, then the body is read", async () => {
    const session = await open();
    const said = await answers("-H", "Expect: 100-continue", "-d", join("bench:curl"), url(session));
    assert.match(said, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 .*\{"status":200\}$/s);
    assert.match(await curl(url(session)), /phx_reply/);
  });

  check("who expects what is not known is answered 417", async () => {
    assert.match(await answers("-H", "Expect: tea", url("/health")), /^HTTP\/1\.1 417 /);
  });

  check("a body that is too large is refused before it is sent", async () => {
    const args = ["-H", "Content-Length: 3000000", "-H", "Expect: 100-continue", "-d", "x", "--expect100-timeout", "9"];
    const said = await answers(...args, url("/socket/longpoll"));
    assert.match(said, /^HTTP\/1\.1 413 /);
  });

  check("a body in chunks is read", async () => {
    const session = await open();
    const said = await answers("-H", "Transfer-Encoding: chunked", "-d", join("bench:curl"), url(session));
    assert.match(said, /\{"status":200\}$/);
    assert.match(await curl(url(session)), /phx_reply/);
  });

  check("GET where only WebSockets are answered says what it is, with 426", async () => {
    const said = await answers(url("/socket/websocket"));
    assert.match(said, /^HTTP\/1\.1 426 /);
    assert.match(said, /^upgrade: websocket\r$/im);
    assert.match(said, /^connection: .*upgrade/im);
    assert.match(said, /\r\n\r\n.*WebSocket/s);
  });

  check("empty segments of a path count for nothing", async () => {
    for (const path of ["/socket//websocket", "//socket/websocket", "/socket/websocket/"]) {
      await upgraded(...upgrade, url(`${path}?vsn=2.0.0`));
    }
    assert.match(await curl(url("/socket//longpoll?vsn=2.0.0")), /"status":410/);
  });

  check("HTTP/1.0 is answered, and its connection closed", async () => {
    assert.match(await answers("-0", url("/health")), /^HTTP\/1\.[01] 200 .*"status":"ok"/s);
  });

  async function open() {
    return sessionPath(await curl(url("/socket/longpoll?vsn=2.0.0")));
  }
});
