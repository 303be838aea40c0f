// The entrance: four tiles, and a number for each page, from the keyed state of the topic "metrics".
import { roundTrip, serverStats } from "./stats.js";
import { watchState } from "./state.js";
import { whole } from "./format.js";

export function entrance(socket) {
  serverStats(socket);
  roundTrip(socket);

  const figures = { people: "people", viewers: "viewers", market_updates_per_second: "orders" };
  const metrics = socket.channel("metrics");
  watchState(metrics, (values) => {
    for (const [key, id] of Object.entries(figures)) {
      if (values.has(key)) document.getElementById(id).textContent = whole(values.get(key));
    }
  });
  metrics.join();

  document.getElementById("snippet").textContent = `import { Socket } from "phoenix"

const url = "${location.origin.replace(/^http/, "ws")}/socket"
const socket = new Socket(url)
socket.connect()

const me = { name: "Ada" }
const room = socket.channel("room:lobby", me)
room.on("message", m => console.log(m.text))
room.join().receive("ok", () =>
  room.push("message", { text: "Hello" }))`;
}
