// The chat: joins room:lobby (or the room named after # in the address) under a name of this tab.
const GIVEN = ["Amber", "Birch", "Cedar", "Coral", "Dune", "Ember", "Fern", "Heron", "Indigo", "Juniper"];
const FAMILY = ["Brook", "Finch", "Fox", "Hare", "Lark", "Moss", "Otter", "Reed", "Swift", "Wren"];
const LINES_MAX = 500;

const $ = (id) => document.getElementById(id);
const pick = (list) => list[Math.floor(Math.random() * list.length)];

export function chat(socket) {
  const topic = `room:${/^[\w-]{1,40}$/.test(location.hash.slice(1)) ? location.hash.slice(1) : "lobby"}`;
  const log = $("log");
  let name = sessionStorage.getItem("name") || `${pick(GIVEN)} ${pick(FAMILY)}`;
  let channel = join();

  $("topic").textContent = topic;
  $("second").href = location.hash || "/";
  $("name").value = name;

  $("name").addEventListener("change", () => {
    const wanted = $("name").value.trim();
    $("name").value = wanted || name;
    if (!wanted || wanted === name) return;
    name = wanted;
    channel.leave();
    channel = join();
  });

  $("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("text").value.trim();
    if (!text) return;
    $("text").value = "";
    channel
      .push("message", { text })
      .receive("error", ({ reason }) => note(`Not sent: ${reason}.`))
      .receive("timeout", () => note("Not sent: no answer."));
  });

  function join() {
    sessionStorage.setItem("name", name);
    const joined = socket.channel(topic, () => ({ name }));
    joined.on("message", (message) => say(message));
    joined.on("joined", (who) => note(`${who.name} joined`));
    joined.on("left", (who) => note(`${who.name} left`));
    joined
      .join()
      .receive("ok", () => note(`You are in, as ${name}`))
      .receive("error", ({ reason }) => note(`Not joined: ${reason}.`));
    return joined;
  }

  function say(message) {
    const mine = message.name === name;
    const previous = log.lastElementChild;
    const follows = previous?.dataset.name === message.name;
    const line = element("li", `line${mine ? " mine" : ""}${follows ? " follows" : ""}`);
    line.dataset.name = message.name;
    line.style.setProperty("--hue", hue(message.name));
    line.append(
      element("span", "face", initials(message.name)),
      element("span", "who", message.name),
      element("p", "bubble", message.text),
      element("time", "", new Date(message.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })),
    );
    append(line);
  }

  function note(text) {
    append(element("li", "note", text));
  }

  /** Adds a line; follows the end of the log unless the reader has scrolled up. */
  function append(line) {
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    log.append(line);
    while (log.childElementCount > LINES_MAX) log.firstElementChild.remove();
    if (atEnd) log.scrollTop = log.scrollHeight;
  }
}

/** What others wrote reaches the page as text only, never as markup. */
function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function initials(name) {
  return name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? "")
    .join("")
    .toUpperCase();
}

function hue(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 360;
  return sum;
}
