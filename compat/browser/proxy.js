// A proxy as some companies have it: it passes HTTP on and refuses WebSockets, until it is told not to.
import { createServer, request } from "node:http";
import { connect } from "node:net";

/** Listens before a server of this machine; `webSockets` counts those that were asked for. */
export async function startProxy({ port, to }) {
  const target = new URL(to);
  const proxy = { url: `http://127.0.0.1:${port}`, refuses: true, webSockets: 0, polls: 0 };
  const server = createServer((incoming, outgoing) => {
    if (incoming.url.includes("/longpoll")) proxy.polls++;
    const { method, url: path, headers } = incoming;
    const onward = request({ host: target.hostname, port: target.port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  server.on("upgrade", (incoming, socket) => {
    proxy.webSockets++;
    socket.on("error", () => {});
    if (proxy.refuses) return socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    const onward = connect(Number(target.port), target.hostname, () => {
      const lines = incoming.rawHeaders.map((text, i) => (i % 2 ? `${text}\r\n` : `${text}: `));
      onward.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join("")}\r\n`);
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  proxy.stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return proxy;
}
