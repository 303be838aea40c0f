// Reads streams of requests from its standard input, each behind its length (4 bytes), with the parser of
// Node's own HTTP server, and answers each with a line per request, then why the parser stopped, if it did.
process.noDeprecation = true;
const { allMethods, methods, HTTPParser } = process.binding("http_parser");
const { writeSync } = require("node:fs");

function read(stream) {
  let lines = "";
  let method, target, body, inTrailers;
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.REQUEST, {});
  parser[HTTPParser.kOnMessageBegin] = () => { target = ""; body = ""; inTrailers = false; };
  parser[HTTPParser.kOnHeaders] = (headers, url) => { if (!inTrailers) target += url; };
  parser[HTTPParser.kOnHeadersComplete] = (major, minor, headers, number, url) => {
    method = (allMethods ?? methods)[number];
    target += url ?? "";
    inTrailers = true;
    return method === "CONNECT" ? 2 : 0;
  };
  parser[HTTPParser.kOnBody] = (bytes) => { body += bytes.toString("hex"); };
  parser[HTTPParser.kOnMessageComplete] = () => {
    lines += `${method}\t${Buffer.from(target, "latin1").toString("hex")}\t${body}\n`;
  };
  for (let rest = stream; rest.length > 0; ) {
    const taken = parser.execute(rest);
    if (taken instanceof Error) return lines + taken.code;
    if (method === "CONNECT") return lines + "tunnel";
    if (taken === 0) return lines + "stalled"; // or it would be asked for ever
    rest = rest.subarray(taken); // it stops behind what asks for an upgrade, and a server may read on
  }
  return lines;
}

let waiting = Buffer.alloc(0);
process.stdin.on("data", (bytes) => {
  waiting = waiting.length === 0 ? bytes : Buffer.concat([waiting, bytes]);
  while (waiting.length >= 4 && waiting.length >= 4 + waiting.readUInt32BE(0)) {
    const end = 4 + waiting.readUInt32BE(0);
    const text = Buffer.from(read(waiting.subarray(4, end)), "latin1");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    const answer = Buffer.concat([length, text]);
    for (let at = 0; at < answer.length; ) at += writeSync(1, answer, at);
    waiting = waiting.subarray(end);
  }
});
