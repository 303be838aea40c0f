// The demo page: one socket with three channels, as any user of the phoenix client would write it.
import { Socket } from "phoenix";
import { chat } from "./chat.js";
import { roundTrip, serverStats } from "./stats.js";

const status = document.getElementById("status");
const show = (state) => {
  status.dataset.state = state;
  status.textContent = state;
};

const socket = new Socket("/socket", { longPollFallbackMs: 2500 });
socket.onOpen(() => show("connected"));
socket.onError(() => show("reconnecting"));
socket.onClose(() => show("reconnecting"));
socket.connect();

serverStats(socket);
roundTrip(socket);
chat(socket);

document.getElementById("snippet").textContent = `import { Socket } from "phoenix"

const url = "${location.origin.replace(/^http/, "ws")}/socket"
const socket = new Socket(url)
socket.connect()

const me = { name: "Ada" }
const room = socket.channel("room:lobby", me)
room.on("message", m => console.log(m.text))
room.join().receive("ok", () =>
  room.push("message", { text: "Hello" }))`;
