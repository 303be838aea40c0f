// The official client under Node, with promises around its callbacks.
import { LongPoll as NewestPoll, Socket as Newest } from "phoenix";
import { LongPoll as V16Poll, Socket as V16 } from "phoenix-1.6";
import { LongPoll as V17Poll, Socket as V17 } from "phoenix-1.7";
import WebSocket from "ws";

/** The client in each version that is tested. */
export const clients = { "1.6.16": V16, "1.7.23": V17, "1.8.16": Newest };

/** Their long polling. */
export const pollers = { "1.6.16": V16Poll, "1.7.23": V17Poll, "1.8.16": NewestPoll };

const open = new Set();

/** Makes the `connect` of one version, whose sockets `disconnectAll` will close. */
export function connecting(Socket) {
  return async (url, options = {}) => {
    const socket = new Socket(`${url.replace(/^http/, "ws")}/socket`, {
      transport: WebSocket,
      reconnectAfterMs: () => 50,
      rejoinAfterMs: () => 50,
      ...options,
    });
    open.add(socket);
    await new Promise((resolve) => {
      socket.onOpen(resolve);
      socket.connect();
    });
    return socket;
  };
}

export async function disconnectAll() {
  await Promise.all([...open].map((socket) => new Promise((resolve) => socket.disconnect(resolve))));
  open.clear();
}

/** Joins; `answer` is what the server replied. */
export async function join(socket, topic, params = {}) {
  const channel = socket.channel(topic, params);
  const answer = await outcome(channel.join());
  return { channel, answer };
}

/** How a push ended: `{status: "ok" | "error" | "timeout", response}`. */
export function outcome(push) {
  return new Promise((resolve) => {
    for (const status of ["ok", "error", "timeout"]) {
      push.receive(status, (response) => resolve({ status, response }));
    }
  });
}

/** The next message of that event. */
export function next(channel, event) {
  return new Promise((resolve) => {
    const ref = channel.on(event, (payload) => {
      channel.off(event, ref);
      resolve(payload);
    });
  });
}

/** What a client of the first protocol version sends and reads: objects instead of arrays. */
export const versionOne = {
  vsn: "1.0.0",
  encode: (message, callback) => callback(JSON.stringify(message)),
  decode: (text, callback) => callback(JSON.parse(text)),
};
