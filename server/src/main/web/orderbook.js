// The order book: depth from the keyed state of "market", trades as they are broadcast, and a checksum over the depth.
import { $, element } from "./element.js";
import { whole } from "./format.js";
import { sumOf } from "./crc32c.js";
import { watchState } from "./state.js";
import { drawDepth } from "./depth.js";

const SUM_MILLIS = 1000;
const SUMS_KEPT = 100;
const TRADES_SHOWN = 14;
const RATES = 100;

export function orderBook(socket) {
  const market = socket.channel("market");
  const check = checksum(market);
  let diffs = 0;
  let depth;

  watchState(market, (values, version) => {
    diffs++;
    check.at(version, values);
    if (!depth) requestAnimationFrame(draw);
    depth = { values, version };
  });
  function draw() {
    drawDepth(depth.values);
    $("version").textContent = whole(depth.version);
    depth = undefined;
  }
  setInterval(() => {
    $("diffs").textContent = diffs;
    diffs = 0;
  }, 1000);

  market.on("trades", ({ latest }) => showTrades(latest));
  market.on("totals", showTotals);
  generator(market);
  orders(market);
  market.join();
  market.onError(() => check.forget());
}

/** Compares sums of the same version: the server's may come before or after the diff that leads there. */
function checksum(market) {
  const own = new Map();
  let asked;
  let equal = 0;
  let unequal = 0;

  function compare() {
    if (!asked || !own.has(asked.version)) return;
    const same = own.get(asked.version) === asked.crc32c;
    if (same) equal++;
    else unequal++;
    $("sum-version").textContent = whole(asked.version);
    $("sum-server").textContent = asked.crc32c;
    $("sum-browser").textContent = own.get(asked.version);
    $("sums-equal").textContent = equal;
    $("sums-unequal").textContent = unequal;
    $("verdict").dataset.state = unequal === 0 ? "equal" : "unequal";
    $("verdict").textContent = unequal === 0 ? "equal" : "unequal";
    asked = undefined;
  }
  setInterval(() => {
    if (market.state !== "joined" || document.hidden) return;
    market.push("state_sum", {}).receive("ok", (sum) => {
      asked = sum;
      compare();
    });
  }, SUM_MILLIS);

  return {
    at(version, values) {
      own.set(version, sumOf(values));
      if (own.size > SUMS_KEPT) own.delete(own.keys().next().value);
      compare();
    },
    forget() {
      own.clear();
      asked = undefined;
    },
  };
}

/** The slider is logarithmic: 0, then 10 to 1,000,000. */
function generator(market) {
  const rate = $("rate");
  const perSecond = () => (rate.value === "0" ? 0 : Math.round(10 ** (1 + (rate.value * 5) / RATES)));
  let moving;
  rate.addEventListener("input", () => {
    $("wanted").textContent = whole(perSecond());
    clearTimeout(moving);
    moving = setTimeout(() => (moving = undefined), 1000); // others' totals do not move it back meanwhile
    market.push("rate", { perSecond: perSecond() });
  });
  market.on("totals", (now) => {
    if (moving) return;
    $("wanted").textContent = whole(now.rate);
    rate.value = now.rate === 0 ? 0 : Math.round(((Math.log10(now.rate) - 1) * RATES) / 5);
  });
}

function orders(market) {
  const mine = new Map();
  const answer = (text, state = "") => {
    $("answer").textContent = text;
    $("answer").dataset.state = state;
  };

  $("order").addEventListener("submit", (event) => {
    event.preventDefault();
    const side = event.submitter?.value ?? "buy";
    const [price, quantity] = [Number($("price").value), Number($("quantity").value)];
    market
      .push("place", { side, price, quantity })
      .receive("ok", ({ id, traded, resting }) => {
        answer(`${whole(traded)} traded at once, ${whole(resting)} rest.`, "good");
        if (resting > 0) mine.set(id, { side, price, left: resting });
        show();
      })
      .receive("error", ({ reason }) => answer(`Refused: ${reason}.`, "bad"));
  });
  market.on("filled", ({ id, price, quantity, left }) => {
    answer(`Your order ${id}: ${whole(quantity)} traded at ${whole(price)}.`, "good");
    if (left === 0) mine.delete(id);
    else if (mine.has(id)) mine.get(id).left = left;
    show();
  });
  market.onError(() => {
    mine.clear(); // they went with the connection
    show();
  });

  function show() {
    $("mine").replaceChildren(
      ...[...mine].map(([id, { side, price, left }]) => {
        const line = element("li", side);
        const cancel = element("button", "link", "cancel");
        cancel.addEventListener("click", () =>
          market.push("cancel", { id }).receive("ok", () => {
            mine.delete(id);
            show();
          }),
        );
        line.append(element("span", "", `${side} ${whole(left)} at ${whole(price)}`), cancel);
        return line;
      }),
    );
  }
}

function showTrades(latest) {
  const list = $("trades");
  for (const { price, quantity, taker } of latest) {
    const line = element("li", taker === "BUY" ? "buy" : "sell");
    line.append(element("span", "", whole(price)), element("span", "", whole(quantity)));
    list.prepend(line);
  }
  while (list.childElementCount > TRADES_SHOWN) list.lastElementChild.remove();
}

function showTotals({ updatesPerSecond, tradesPerSecond, totals, conserved, crossed }) {
  $("made").textContent = whole(updatesPerSecond);
  $("trades-rate").textContent = whole(tradesPerSecond);
  const { submitted, resting, traded, cancelled } = totals;
  $("equation").textContent =
    `${whole(submitted)} submitted = ${whole(resting)} resting + 2 × ${whole(traded)} traded + ${whole(cancelled)} cancelled`;
  const holds = conserved && !crossed && submitted === resting + 2 * traded + cancelled;
  $("conserved").textContent = holds ? "✓" : crossed ? "crossed!" : "wrong!";
}
