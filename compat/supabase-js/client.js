// supabase's realtime client under Node, with promises around its callbacks.
import { RealtimeClient } from "@supabase/realtime-js";
import WebSocket from "ws";

const open = new Set();

/**
 * A client; `client.frames` are the frames that it received, text as strings, and `client.closes` the
 * codes with which its connections ended.
 */
export function connect(url, { path = "/realtime/v1", ...options } = {}) {
  const frames = [];
  const closes = [];
  class Recorder extends WebSocket {
    constructor(...args) {
      super(...args);
      this.on("message", (data, isBinary) => frames.push(isBinary ? new Uint8Array(data) : `${data}`));
      this.on("close", (code) => closes.push(code));
    }
  }
  const client = new RealtimeClient(`${url.replace(/^http/, "ws")}${path}`, {
    params: { apikey: "anon" },
    transport: Recorder,
    reconnectAfterMs: () => 50,
    ...options,
  });
  Object.assign(client, { frames, closes });
  open.add(client);
  return client;
}

export async function disconnectAll() {
  await Promise.all([...open].map((client) => client.disconnect()));
  open.clear();
}

/** Subscribes; `first` is the first status, `status(wanted)` waits for one that comes later. */
export async function subscribe(client, topic, config = {}, listen = (channel) => channel) {
  const channel = listen(client.channel(topic, { config }));
  const seen = [];
  let changed = () => {};
  channel.subscribe((status, error) => {
    seen.push({ status, error });
    changed();
  });
  const status = async (wanted) => {
    for (;;) {
      while (seen.length > 0) {
        const one = seen.shift();
        if (one.status === wanted) return one;
      }
      await new Promise((resolve) => (changed = resolve));
    }
  };
  while (seen.length === 0) await new Promise((resolve) => (changed = resolve));
  return { channel, first: seen.shift(), status };
}

/** The next broadcast of that event. */
export function next(channel, event) {
  return new Promise((resolve) => channel.on("broadcast", { event }, resolve));
}

/** Sends a broadcast; resolves to ok, error or timed out. */
export function send(channel, event, payload) {
  return channel.send({ type: "broadcast", event, payload });
}
