// The official client under Node, with promises around its callbacks.
const open = new Set();

/** Makes a `connect` for that version of the client, whose sockets `disconnectAll` will close. */
export function connecting(Socket, transport) {
  return async (url, { path = "/socket", ...options } = {}) => {
    const socket = new Socket(`${url.replace(/^http/, "ws")}${path}`, {
      transport,
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
