import { megabytes, whole } from "./format.js";

// The four tiles: what the server pushes on the topic "stats" each second, and our own echo's time.
const POINTS = 60;
const ECHO_MILLIS = 1000;

export function serverStats(socket) {
  const connections = tile("connections", whole);
  const messages = tile("messages", whole);
  const memory = tile("memory", megabytes);
  const channel = socket.channel("stats");
  let last;

  channel.on("tick", (tick) => {
    connections(tick.connections);
    memory(tick.memoryBytes);
    if (last) {
      messages(((tick.messages - last.messages) * 1000) / (tick.uptimeMillis - last.uptimeMillis));
    }
    last = tick;
  });
  channel.onError(() => (last = undefined));
  channel.join().receive("ok", ({ transport, reason, java }) => {
    document.getElementById("about").textContent = `Transport ${transport}: ${reason}. Java ${java}.`;
  });
}

export function roundTrip(socket) {
  const show = tile("roundtrip", (millis) => `${millis.toFixed(millis < 10 ? 2 : 0)} ms`);
  const channel = socket.channel("bench:page");
  channel.join();
  setInterval(() => {
    if (channel.state !== "joined" || document.hidden) return;
    const start = performance.now();
    channel.push("echo", {}).receive("ok", () => show(performance.now() - start));
  }, ECHO_MILLIS);
}

/** A figure with a line of its last minute. */
function tile(id, format) {
  const figure = document.querySelector(`#${id} .figure`);
  const spark = document.querySelector(`#${id} .spark`);
  const values = [];
  spark.setAttribute("viewBox", "0 0 100 32");
  spark.setAttribute("preserveAspectRatio", "none");
  spark.innerHTML = `<path class="area"/><path class="stroke"/>`;

  return (value) => {
    figure.textContent = format(value);
    values.push(value);
    if (values.length > POINTS) values.shift();
    if (values.length < 2) return;
    const top = Math.max(...values) * 1.15 || 1;
    const step = 100 / (POINTS - 1);
    const left = 100 - (values.length - 1) * step;
    const points = values.map((v, i) => `${(left + i * step).toFixed(2)} ${(31 - (v / top) * 29).toFixed(2)}`);
    spark.querySelector(".stroke").setAttribute("d", `M${points.join("L")}`);
    spark.querySelector(".area").setAttribute("d", `M${left} 32L${points.join("L")}L100 32Z`);
  };
}
