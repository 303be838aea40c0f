// Makes up requests, right and wrong ones: each part is mostly as it should be.
import { upgrading } from "./wire.js";

const targets = ["/health", "/health?a=b&c=%20", "/app.js", "/nothing", "/", "//health", "/a/../health", "/%68ealth"];
const sockets = ["/socket/websocket?vsn=2.0.0", "/socket//websocket", "/nothing/websocket", "/socket/longpoll?vsn=2.0.0"];
const oddTargets = [
  ...["*", "http://localhost/health", "http://other:80/health?a", "http://localhost", "HTTP://LOCALHOST/health"],
  ...["http:///health", "http://u@h/health", "ftp://h/health", "localhost:80", "health", "?a", "", "/a b", "/a\tb"],
  ...["/%", "/%zz", "/%ff", "/%00", "/\u00e9", "/#part", "/health#part", "/\\", '/"<>^`{|}', "/\x7f", `/${"a".repeat(9_000)}`],
];
const methods = ["HEAD", "POST", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
const oddMethods = ["get", "G@T", "G(T", "", "CONNECT", "TRACE", "PRI", "M-SEARCH", "X".repeat(40)];
const versions = ["HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "HTTP/11", "HTTP/1.", "http/1.1", "HTTP/1.1 ", "HTTP", ""];
const hosts = ["example.com:8080", "[::1]", "[::1]:80", "127.0.0.1", "a_b", "%61"];
const oddHosts = ["", "a b", "u@x", "localhost:abc", "localhost:99999", "[::1", "a:b:c", "a/b", "a,b", "a?", "\u00e9", "a:"];
const lines = [
  ...["accept: */*", "X-Empty:", "x-space:   wide \t", "x-same: 1", "X-Same: 2", "cookie: a=b; c=d", "x-text: \u00e4\u00ff"],
  ...["te: trailers", "x-quote: \"a, b\"", `x-long: ${"v".repeat(500)}`, "upgrade: h2c", "expect: 100-continue"],
  ...["x-forwarded-for: 1.2.3.4, 5.6.7.8", "forwarded: for=1.2.3.4"],
];
const oddLines = [
  ...["x-space : 1", " folded", "\tfolded", "novalue", ": nameless", "x(y): 1", "x y: 1", "x-\u00e9: 1", "x-nul: a\0b"],
  ...["x-cr: a\rb", "x-bell: \x07", "x-del: \x7f", "expect: tea", "expect: 100-continue, tea", "x-lf: a\nx-smuggled: b"],
  ...["connection: close, keep-alive", "connection: ,", "connection: x-same", "upgrade: websocket", `x: ${"v".repeat(9_000)}`],
  "x-many: 1\r\n".repeat(70).trimEnd(),
];
const oddLengths = ["+5", "-1", "0x5", "5,5", "5, 6", "5 5", "", "05", "5.0", "18446744073709551621", "99999999999", "3000000"];
const oddCodings = ["gzip", "gzip, chunked", "chunked, chunked", "chunked, gzip", "identity", "CHUNKED", "xchunked", "", "chunked;a=b"];
const chunkings = [
  ...["5\r\nhello\r\n0\r\n\r\n", "05;a=b;c=\"d\"\r\nhello\r\n0\r\n\r\n", "2\r\nhe\r\n3\r\nllo\r\n000\r\nx-trailer: 1\r\n\r\n"],
  ...["0\r\n\r\n", "A\r\nhellohello\r\n0;last\r\n\r\n"],
];
const oddChunkings = [
  ...["5\nhello\n0\n\n", "5\r\nhello0\r\n\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n", " 5\r\nhello\r\n0\r\n\r\n"],
  ...["5 \r\nhello\r\n0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n", "\r\n5\r\nhello\r\n0\r\n\r\n", "5;\x01\r\nhello\r\n0\r\n\r\n"],
  ...["fffffffffffffffff\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\r\nx y: 1\r\n\r\n", "5\r\nhello\r\n0\r\ncontent-length: 9\r\n\r\n"],
  ...["5\rhello\r\n0\r\n\r\n", "5;a\nb\r\nhello\r\n0\r\n\r\n", "g\r\nhello\r\n0\r\n\r\n", "300000\r\nhello"],
];

/** The bytes of a request; `random(n)` is one of the numbers from 0 to n - 1. */
export function makeUp(random) {
  const one = (list) => list[random(list.length)];
  const rarely = (odd, usual) => (random(12) === 0 ? odd() : usual());
  const method = rarely(() => one(oddMethods), () => (random(2) ? "GET" : one(methods)));
  const target = rarely(() => one(oddTargets), () => one(random(4) ? targets : sockets));
  const version = rarely(() => one(versions), () => "HTTP/1.1");
  const space = () => (random(60) ? " " : one(["  ", "\t", " \t"]));
  const headers = rarely(
    () => one([[], ["host: a", "host: a"], ["host: a", "Host: b"], [`host: ${one(oddHosts)}`], [`host : a`]]),
    () => [`${one(["host", "Host", "HOST"])}: ${random(3) ? "localhost" : one(hosts)}`],
  );
  for (let more = random(4); more > 0; more--) headers.push(rarely(() => one(oddLines), () => one(lines)));
  if (random(6) === 0) headers.push(`connection: ${one(["close", "keep-alive", "Close", "Keep-Alive", "TE, close"])}`);
  if (random(5) === 0) headers.push(...upgrading.filter(() => random(20)));

  let body = "";
  const length = (value) => headers.push(`${one(["content-length", "Content-Length"])}: ${value}`);
  const coding = (value) => headers.push(`transfer-encoding: ${value}`);
  switch (random(8)) {
    case 0:
    case 1:
      length(5);
      body = "hello";
      break;
    case 2:
    case 3:
      coding("chunked");
      body = rarely(() => one(oddChunkings), () => one(chunkings));
      break;
    case 4:
      if (random(3) === 0) {
        one([() => length(one(oddLengths)), () => coding(one(oddCodings)), () => (length(5), length(one([5, 6]))), () => (length(5), coding("chunked"))])();
        body = headers.some((line) => /^transfer/.test(line)) ? chunkings[0] : "hello";
      }
      break;
    default:
  }
  // The order of headers says nothing, but for what folds.
  for (let at = headers.length - 1; at > 0; at--) {
    const other = random(at + 1);
    [headers[at], headers[other]] = [headers[other], headers[at]];
  }
  const start = random(15) ? "" : one(["\r\n", "\r\n\r\n", "\n", " ", "\r", "\r\n".repeat(20)]);
  const end = () => (random(150) ? "\r\n" : one(["\n", "\r", "\r\r\n"]));
  const first = [method, space(), target, version && space(), version].join("");
  return Buffer.from(start + [first, ...headers].map((line) => line + end()).join("") + end() + body, "latin1");
}
