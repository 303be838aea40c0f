// Sends bytes on a connection of their own, and reads all that comes until the server closes it.
import { once } from "node:events";
import { connect } from "node:net";

/**
 * Resolves to all that came back, as latin1 text. Behind the last piece it ends its side, so that what is
 * incomplete stays so.
 * @param pieces each is sent when the one before has left; a function is called with what has come, until
 *     it returns true, before the next one is sent
 */
export async function exchange(port, pieces) {
  const socket = connect(port, "127.0.0.1").setNoDelay();
  let received = "";
  let over = false;
  let changed = () => {};
  const end = () => {
    over = true;
    changed();
  };
  socket.setEncoding("latin1").on("data", (text) => {
    received += text;
    changed();
  });
  socket.on("end", end).on("error", end).on("close", end);
  const until = async (holds) => {
    while (!holds() && !over) await new Promise((resolve) => (changed = resolve));
  };
  await Promise.race([once(socket, "connect"), once(socket, "close")]).catch(() => {});
  for (const piece of pieces) {
    if (over) break;
    if (typeof piece === "function") await until(() => piece(received));
    else await new Promise((resolve) => socket.write(piece, resolve));
  }
  socket.end();
  await until(() => false);
  socket.destroy();
  return received;
}

/** The responses in that text, `{status, closes, body}`; those of HEAD have no body, whatever their length. */
export function responses(text) {
  const all = [];
  for (let rest = text; rest !== ""; ) {
    const end = rest.indexOf("\r\n\r\n");
    const [, status] = rest.match(/^HTTP\/1\.[01] (\d{3}) /) ?? [];
    if (status === undefined || end < 0) return [...all, { rest }];
    const head = rest.slice(0, end + 2);
    rest = rest.slice(end + 4);
    if (status === "101") return [...all, { status }];
    const length = rest.startsWith("HTTP/1.") ? 0 : Number(head.match(/^content-length: (\d+)\r$/im)?.[1] ?? 0);
    if (status !== "100") all.push({ status, closes: /^connection:.*\bclose\b/im.test(head), body: rest.slice(0, length) });
    rest = rest.slice(length);
  }
  return all;
}
