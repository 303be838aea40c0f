// Holds docs/compatibility.md to the tests: a link to a test carries the name of its check as its
// title, and the file that it points to has to contain that name.
import { readFileSync } from "node:fs";

const page = new URL("../docs/compatibility.md", import.meta.url);
const text = readFileSync(page, "utf8");
const complaints = [];

const links = [...text.matchAll(/^\[(.+)\]: (\S+) "(.+)"$/gm)];
for (const [, , path, name] of links) {
  if (!readFileSync(new URL(path, page), "utf8").includes(name)) complaints.push(`${path} has no check "${name}"`);
}
const defined = new Set(links.map(([, reference]) => reference));
for (const [, reference] of text.matchAll(/\]\[([^\]]+)\]/g)) {
  if (!defined.delete(reference) && !links.some((link) => link[1] === reference)) complaints.push(`[${reference}] leads nowhere`);
}
for (const reference of defined) complaints.push(`[${reference}] is not used`);

for (const complaint of complaints) console.error(`docs/compatibility.md: ${complaint}`);
if (complaints.length > 0) process.exit(1);
console.log(`docs/compatibility.md: its ${links.length} links to tests name checks that exist`);
