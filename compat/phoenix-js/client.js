// The versions of the official client.
import { LongPoll as NewestPoll, Presence as NewestPresence, Socket as Newest } from "phoenix";
import { LongPoll as V16Poll, Presence as V16Presence, Socket as V16 } from "phoenix-1.6";
import { LongPoll as V17Poll, Presence as V17Presence, Socket as V17 } from "phoenix-1.7";
import WebSocket from "ws";
import { connecting as connectingBy } from "../channels.js";

export { disconnectAll, join, next, outcome } from "../channels.js";

/** The client in each version that is tested. */
export const clients = { "1.6.16": V16, "1.7.23": V17, "1.8.16": Newest };

/** Their long polling. */
export const pollers = { "1.6.16": V16Poll, "1.7.23": V17Poll, "1.8.16": NewestPoll };

/** Their presence. */
export const presences = { "1.6.16": V16Presence, "1.7.23": V17Presence, "1.8.16": NewestPresence };

/** Makes the `connect` of one version, by WebSocket unless its options say otherwise. */
export const connecting = (Socket) => connectingBy(Socket, WebSocket);

/** What a client of the first protocol version sends and reads: objects instead of arrays. */
export const versionOne = {
  vsn: "1.0.0",
  encode: (message, callback) => callback(JSON.stringify(message)),
  decode: (text, callback) => callback(JSON.parse(text)),
};
