// Draws the depth: levels as bars, and what may be bought or sold in all up to a price.
import { $, element } from "./element.js";
import { whole } from "./format.js";

const LEVELS = 12;
const REACH = 40;
const [WIDTH, HEIGHT] = [400, 160];

export function drawDepth(values) {
  const bids = [];
  const asks = [];
  for (const [key, quantity] of values) {
    (key.startsWith("b") ? bids : asks).push({ price: Number(key.slice(2)), quantity });
  }
  bids.sort((a, b) => b.price - a.price);
  asks.sort((a, b) => a.price - b.price);
  const most = Math.max(1, ...[...bids.slice(0, LEVELS), ...asks.slice(0, LEVELS)].map((level) => level.quantity));
  fill($("bids"), bids, most);
  fill($("asks"), asks, most);
  if (bids.length > 0 && asks.length > 0) {
    const spread = asks[0].price - bids[0].price;
    $("spread").textContent = `${whole(bids[0].price)} | ${whole(asks[0].price)} · spread ${whole(spread)}`;
    $("spread").dataset.crossed = spread <= 0;
    hill(bids, asks);
  } else {
    $("spread").textContent = "one side is empty";
  }
}

/** Lines are made once and filled anew. */
function fill(list, levels, most) {
  while (list.childElementCount < LEVELS) {
    const line = element("li", "");
    line.append(element("span", "bar"), element("span", "price"), element("span", "quantity"));
    list.append(line);
  }
  for (let i = 0; i < LEVELS; i++) {
    const [bar, price, quantity] = list.children[i].children;
    const level = levels[i];
    bar.style.width = level ? `${(100 * level.quantity) / most}%` : "0";
    price.textContent = level ? whole(level.price) : "\u00a0";
    quantity.textContent = level ? whole(level.quantity) : "";
  }
}

function hill(bids, asks) {
  const middle = (bids[0].price + asks[0].price) / 2;
  const sides = [bids, asks].map((levels) => {
    let sum = 0;
    const near = levels.filter(({ price }) => Math.abs(price - middle) <= REACH);
    return near.map(({ price, quantity }) => [price, (sum += quantity)]);
  });
  const top = Math.max(1, ...sides.map((steps) => steps.at(-1)?.[1] ?? 0)) * 1.1;
  const x = (price) => (((price - middle) / REACH + 1) * WIDTH) / 2;
  const y = (sum) => HEIGHT - (sum / top) * HEIGHT;
  sides.forEach((steps, i) => {
    let path = `M${x(steps[0]?.[0] ?? middle)} ${HEIGHT}`;
    let last = HEIGHT;
    for (const [price, sum] of steps) {
      path += `L${x(price).toFixed(1)} ${last.toFixed(1)}L${x(price).toFixed(1)} ${y(sum).toFixed(1)}`;
      last = y(sum);
    }
    const edge = i === 0 ? 0 : WIDTH;
    document.querySelector(i === 0 ? "#hill .bid" : "#hill .ask").setAttribute("d", `${path}L${edge} ${last}L${edge} ${HEIGHT}Z`);
  });
}
