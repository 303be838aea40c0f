// How figures are written.
const count = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export const whole = count.format;

export function megabytes(bytes) {
  const size = bytes / 1048576;
  return `${size < 10 ? size.toFixed(1) : count.format(size)} MB`;
}

/** 4 d 3 h, 3 h 12 min, 12 min 5 s, 5 s. */
export function duration(millis) {
  const seconds = Math.floor(millis / 1000);
  const parts = [
    [Math.floor(seconds / 86400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  return first < 0 ? "0 s" : parts.slice(first, first + 2).map(([value, unit]) => `${value} ${unit}`).join(" ");
}
