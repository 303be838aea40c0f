// The demo's pages: each tells by data-page which it is, and gets a socket as any user of the phoenix client has it.
import { openSocket } from "./socket.js";
import { entrance } from "./entrance.js";
import { chat } from "./chat.js";
import { dashboard } from "./dashboard.js";
import { orderBook } from "./orderbook.js";

const pages = { index: entrance, chat, dashboard, orderbook: orderBook };
for (const link of document.querySelectorAll(".nav a")) {
  if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
}
pages[document.body.dataset.page](openSocket());
