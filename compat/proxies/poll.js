// Long polling in plain HTTP: what a client says, written by hand.
import assert from "node:assert/strict";
import { request } from "./wire.js";

const path = "/socket/longpoll?vsn=2.0.0";

/** Opens a session on that connection; resolves to the path of its requests. */
export async function openSession(wire, authority = "") {
  const { status, body } = await wire.send(request(`GET ${authority}${path}`)).answer();
  assert.equal(status, 200, body);
  assert.equal(JSON.parse(body).status, 410);
  return sessionPath(body);
}

/** The path of the session that was opened with that answer. */
export const sessionPath = (body) => `${path}&token=${encodeURIComponent(JSON.parse(body).token)}`;

/** A message that joins a topic of the demo. */
export const join = (topic) => JSON.stringify(["1", "1", topic, "phx_join", {}]);

/** Polls until that topic's join is answered. */
export async function assertJoined(wire, session, topic) {
  const { body } = await wire.send(request(session)).answer();
  const { status, messages } = JSON.parse(body);
  assert.equal(status, 200, body);
  const reply = { status: "ok", response: {} };
  assert.deepEqual(messages.map((text) => JSON.parse(text)), [["1", "1", topic, "phx_reply", reply]]);
}
