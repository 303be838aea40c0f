// A line chart of the last two minutes of the server's uptime, in the page's colours.
import UPlot from "uplot";
import { duration } from "./format.js";

const POINTS = 240;
const HEIGHT = 180;

/** `lines` are names and what they take of a sample. */
export function chart(place, lines) {
  const data = [[], ...lines.map(() => [])];
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const colors = ["--accent", "--warn"];
  const axis = {
    stroke: () => color("--soft"),
    grid: { stroke: () => color("--line"), width: 1 },
    ticks: { show: false },
    font: "11px system-ui, sans-serif",
  };
  const plot = new UPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      cursor: { y: false },
      scales: { x: { time: false }, y: { range: (_, low, high) => [0, Math.max(high * 1.15, 1)] } },
      axes: [
        { ...axis, space: 90, values: (_, seconds) => seconds.map((s) => duration(s * 1000)) },
        { ...axis, size: 56 },
      ],
      series: [
        { label: "up", value: (_, seconds) => (seconds == null ? "–" : duration(seconds * 1000)) },
        ...lines.map(([name], i) => ({
          label: name,
          stroke: () => color(colors[i]),
          fill: i === 0 ? () => color("--wash") : undefined,
          width: 1.5,
          points: { show: false },
          value: (_, value) => (value == null ? "–" : Math.round(value).toLocaleString("en")),
        })),
      ],
    },
    data,
    place,
  );
  let drawing = false;
  new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT })).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plot.redraw());

  return {
    add(sample) {
      data[0].push(sample.uptime_millis / 1000);
      lines.forEach(([, take], i) => data[i + 1].push(take(sample)));
      if (data[0].length > POINTS) data.forEach((values) => values.shift());
      if (drawing) return;
      drawing = true;
      requestAnimationFrame(() => {
        drawing = false;
        plot.setData(data);
      });
    },
  };
}
