// The dashboard: what is now comes from the keyed state of "metrics", the charts' past from its history.
import { $, element } from "./element.js";
import { duration, megabytes, whole } from "./format.js";
import { chart } from "./chart.js";
import { watchState } from "./state.js";

const MEGABYTE = 1048576;
const PAST = 240;

export function dashboard(socket) {
  const charts = [
    chart($("chart-messages"), [
      ["out", (s) => s.out_per_second],
      ["in", (s) => s.in_per_second],
    ]),
    chart($("chart-connections"), [
      ["open", (s) => s.connections],
      ["viewers", (s) => s.viewers],
    ]),
    chart($("chart-memory"), [
      ["resident", (s) => s.memory_bytes / MEGABYTE],
      ["heap", (s) => s.heap_bytes / MEGABYTE],
    ]),
    chart($("chart-cpu"), [["cpu", (s) => s.cpu_permille / 10]]),
  ];

  const metrics = socket.channel("metrics", () => ({ resume: { last: PAST } }));
  watchState(metrics, (values, version) => {
    $("version").textContent = whole(version);
    if (values.has("viewers")) $("count").textContent = whole(values.get("viewers"));
    showValues(values);
  });
  let known = 0;
  metrics.on("sample", (sample) => {
    if (sample.$pos[1] <= known) return; // replayed after a break
    known = sample.$pos[1];
    for (const each of charts) each.add(sample);
  });
  metrics.join().receive("ok", ({ resume }) => {
    if (resume.offset < known) known = 0; // the server has begun anew
  });

  let crowd = 0;
  $("crowd").addEventListener("submit", async (event) => {
    event.preventDefault();
    const more = Number(event.submitter.value);
    const count = more === 0 ? 0 : Math.min(2000, crowd + more);
    for (const button of $("crowd").querySelectorAll("button")) button.disabled = true;
    $("crowd-says").textContent = "…";
    const answer = await fetch(`/viewers?count=${count}`, { method: "POST" }).catch((error) => error);
    $("crowd-says").textContent = answer.ok ? "" : answer.text ? await answer.text() : "no answer";
    if (answer.ok) crowd = count;
    for (const button of $("crowd").querySelectorAll("button")) button.disabled = false;
  });
}

function showValues(values) {
  const list = $("values");
  for (const key of [...values.keys()].sort()) {
    const id = `value-${key}`;
    let shown = $(id);
    if (!shown) {
      const pair = element("div", "");
      shown = element("dd", "");
      shown.id = id;
      pair.append(element("dt", "", key.replaceAll("_", " ").replace(/ (bytes|millis|permille)$/, "")), shown);
      list.append(pair);
    }
    const text = written(key, values.get(key));
    if (shown.textContent !== text) shown.textContent = text;
  }
}

function written(key, value) {
  if (key.includes("bytes")) return megabytes(value);
  if (key === "uptime_millis") return duration(value);
  if (key.endsWith("millis")) return `${whole(value)} ms`;
  if (key.endsWith("permille")) return `${(value / 10).toFixed(1)} %`;
  return whole(value);
}
