// One TCP connection on which a check writes HTTP byte for byte, and what comes back on it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";

// The example of RFC 6455, 1.3.
const key = "dGhlIHNhbXBsZSBub25jZQ==";
const accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/** What a request for a WebSocket says. */
export const upgrading = [
  "connection: Upgrade",
  "upgrade: websocket",
  "sec-websocket-version: 13",
  `sec-websocket-key: ${key}`,
];

/** A request of HTTP/1.1, as a browser would send it; `target` may begin with a method. */
export function request(target, lines = [], body = "") {
  const first = target.includes(" ") ? target : `GET ${target}`;
  return [`${first} HTTP/1.1`, "host: localhost", ...lines, "", body].join("\r\n");
}

/** A request for the WebSocket of the demo. */
export const upgrade = (target = "/socket/websocket?vsn=2.0.0") => request(target, upgrading);

export class Wire {
  #socket;
  #received = Buffer.alloc(0);
  #ended = false;
  #changed = () => {};

  /** Connects to a port of this machine, from one of its addresses. */
  static async open(port, localAddress = "127.0.0.1") {
    const socket = connect({ port, host: "127.0.0.1", localAddress });
    await once(socket, "connect");
    return new Wire(socket.setNoDelay());
  }

  constructor(socket) {
    this.#socket = socket;
    const ended = () => {
      this.#ended = true;
      this.#changed();
    };
    socket.on("data", (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#changed();
    });
    socket.on("end", ended).on("close", ended).on("error", ended);
  }

  send(bytes) {
    this.#socket.write(bytes);
    return this;
  }

  /** Sends nothing more, and goes on reading. */
  finish() {
    this.#socket.end();
  }

  /** Sends each byte as a packet of its own. */
  async sendBytewise(bytes) {
    for (const byte of Buffer.from(bytes)) {
      await new Promise((resolve) => this.#socket.write(Buffer.of(byte), resolve));
    }
  }

  close() {
    this.#socket.destroy();
  }

  /** The next response; to a request with that method. */
  async answer(method = "GET") {
    const end = await this.#until(() => this.#received.indexOf("\r\n\r\n"), (at) => at >= 0, "a response");
    const [first, ...lines] = this.#take(end + 4).toString("latin1").trimEnd().split("\r\n");
    const [, version, status] = first.match(/^HTTP\/(1\.[01]) (\d{3}) /) ?? assert.fail(`no status line: ${first}`);
    const headers = {};
    for (const line of lines) {
      const [, name, value] = line.match(/^([^:\s]+):\s*(.*)$/) ?? assert.fail(`no header: ${line}`);
      const known = headers[name.toLowerCase()];
      headers[name.toLowerCase()] = known === undefined ? value : `${known}, ${value}`;
    }
    const answer = { version, status: Number(status), headers };
    answer.body = this.#isWithoutBody(method, answer.status) ? "" : await this.#body(headers);
    return answer;
  }

  /** The response that is a WebSocket's handshake. */
  async upgraded() {
    const { status, headers, body } = await this.answer();
    assert.equal(status, 101, body);
    assert.equal(headers["sec-websocket-accept"], accept);
    assert.match(headers.upgrade, /^websocket$/i);
    assert.match(headers.connection, /^upgrade$/i);
  }

  /** Sends Phoenix's heartbeat, and reads the answer: what was upgraded does speak the protocol. */
  async beats() {
    await this.send(heartbeat).beaten();
  }

  /** Reads the answer to a heartbeat. */
  async beaten() {
    const reply = [null, "1", "phoenix", "phx_reply", { status: "ok", response: {} }];
    assert.deepEqual(JSON.parse(await this.frame()), reply);
  }

  /** Reads a short text frame. */
  async frame() {
    const [first, length] = await this.#until(() => this.#received, (bytes) => bytes.length >= 2, "a frame");
    assert.deepEqual([first, length < 126], [0x81, true]);
    await this.#until(() => this.#received, (bytes) => bytes.length >= 2 + length, "a whole frame");
    return this.#take(2 + length).subarray(2).toString();
  }

  /** Waits until the server has closed; there must be nothing that was not read. */
  async closes() {
    await this.#until(() => this.#ended, (ended) => ended, "an end");
    assert.equal(this.#received.toString("latin1"), "");
    this.close();
  }

  #isWithoutBody(method, status) {
    return method === "HEAD" || status < 200 || status === 204 || status === 304;
  }

  async #body(headers) {
    if (headers["transfer-encoding"] === "chunked") return this.#chunks();
    const length = headers["content-length"];
    if (length === undefined) {
      await this.#until(() => this.#ended, (ended) => ended, "an end, as there is no content-length");
      return this.#take(this.#received.length).toString();
    }
    await this.#until(() => this.#received, (bytes) => bytes.length >= Number(length), "a whole body");
    return this.#take(Number(length)).toString();
  }

  async #chunks() {
    let body = "";
    for (;;) {
      const end = await this.#until(() => this.#received.indexOf("\r\n"), (at) => at >= 0, "a chunk");
      const length = Number.parseInt(this.#take(end + 2).toString("latin1"), 16);
      await this.#until(() => this.#received, (bytes) => bytes.length >= length + 2, "a whole chunk");
      body += this.#take(length + 2).toString().slice(0, -2);
      if (length === 0) return body;
    }
  }

  #take(length) {
    const taken = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return taken;
  }

  /** What `value()` is as soon as it is right; fails if the connection ends before, or five seconds pass. */
  async #until(value, isRight, what) {
    const late = AbortSignal.timeout(5_000);
    late.addEventListener("abort", () => this.#changed());
    while (!isRight(value())) {
      const received = () => JSON.stringify(this.#received.toString("latin1"));
      if (this.#ended) assert.fail(`the connection ended before ${what}; received: ${received()}`);
      if (late.aborted) assert.fail(`${what} has not come in five seconds; received: ${received()}`);
      await new Promise((resolve) => (this.#changed = resolve));
    }
    return value();
  }
}

/** A short text as a client's frame, with a mask of zeros. */
export function masked(text) {
  return Buffer.concat([Buffer.from([0x81, 0x80 + text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}

/** The frame of a Phoenix heartbeat. */
export const heartbeat = masked('[null,"1","phoenix","heartbeat",{}]');
