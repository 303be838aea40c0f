// Bundles the pages into the jar's resources, where it is committed: a Java build needs no Node.
// With --check it only compares, byte for byte, and fails if the committed bundle is stale.
import { readFileSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = fileURLToPath(new URL("../resources/dev/myriad/server/page/", import.meta.url));
const { phoenix, uplot } = JSON.parse(readFileSync(`${here}package.json`, "utf8")).dependencies;
const titles = { index: "Myriad", chat: "Chat · Myriad", dashboard: "Dashboard · Myriad", orderbook: "Order book · Myriad" };

const bundle = buildSync({
  absWorkingDir: here,
  entryPoints: ["app.js", "style.css"],
  outdir: out,
  bundle: true,
  minify: true,
  write: false,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  banner: { js: `/*! Contains phoenix ${phoenix}, (c) 2014 Chris McCord, and uPlot ${uplot}, (c) 2022 Leon Sorokin, both MIT license. */` },
});

const files = new Map(bundle.outputFiles.map((file) => [file.path, Buffer.from(file.contents)]));
const frame = readFileSync(`${here}frame.html`, "utf8");
for (const [page, title] of Object.entries(titles)) {
  const parts = { page, title, main: readFileSync(`${here}pages/${page}.html`, "utf8") };
  files.set(`${out}${page}.html`, Buffer.from(frame.replaceAll(/\{\{(\w+)\}\}/g, (_, part) => parts[part])));
}

if (process.argv.includes("--check")) {
  const stale = [...files].filter(([path, bytes]) => !same(path, bytes)).map(([path]) => path);
  if (stale.length > 0) {
    console.error(`Stale, run ./myriad build web: ${stale.join(", ")}`);
    process.exit(1);
  }
  console.log(`The committed page is what its sources build (${files.size} files).`);
} else {
  mkdirSync(out, { recursive: true });
  for (const [path, bytes] of files) writeFileSync(path, bytes);
  const size = [...files.values()].reduce((sum, bytes) => sum + bytes.length, 0);
  console.log(`Built the page: ${files.size} files, ${(size / 1024).toFixed(1)} KiB.`);
}

function same(path, bytes) {
  try {
    return readFileSync(path).equals(bytes);
  } catch {
    return false;
  }
}
