// The chat: joins room:lobby (or the room named after # in the address) under a name of this tab.
import { Presence } from "phoenix";
import { $, element } from "./element.js";
import { proof } from "./proof.js";

const GIVEN = "Amber Ash Birch Briar Cedar Clover Coral Dune Ember Fern Hazel Heron Indigo Ivy Juniper Maple Olive Rowan Sage Willow".split(" ");
const FAMILY = "Badger Brook Finch Fox Hare Hawk Heath Hill Kite Lark Marsh Moss Otter Reed Robin Stone Swift Thorn Vale Wren".split(" ");
const LINES_MAX = 500;
const AWAY_MILLIS = 4000;
const TYPING_MILLIS = 2500;

const pick = (list) => list[Math.floor(Math.random() * list.length)];

export function chat(socket) {
  const room = /^[\w-]{1,40}$/.test(location.hash.slice(1)) ? location.hash.slice(1) : "lobby";
  const topic = `room:${room}`;
  const log = $("log");
  let name = sessionStorage.getItem("name") || `${pick(GIVEN)} ${pick(FAMILY)}`;
  let trail;
  let channel = join();

  $("topic").textContent = topic;
  $("second").href = `/chat${location.hash}`;
  $("name").value = name;

  $("name").addEventListener("change", () => {
    const wanted = $("name").value.trim();
    $("name").value = wanted || name;
    if (!wanted || wanted === name) return;
    name = wanted;
    channel.leave();
    log.replaceChildren();
    channel = join();
  });

  $("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("text").value.trim();
    if (!text) return;
    $("text").value = "";
    typing(false);
    channel
      .push("message", { text })
      .receive("error", ({ reason }) => note(`Not sent: ${reason}.`))
      .receive("timeout", () => note("Not sent: no answer."));
  });

  let types = false;
  let still;
  $("text").addEventListener("input", () => typing($("text").value !== ""));
  function typing(now) {
    clearTimeout(still);
    if (now) still = setTimeout(() => typing(false), TYPING_MILLIS);
    if (now === types || channel.state !== "joined") return;
    types = now;
    channel.push("typing", { typing: now });
  }

  $("kill").addEventListener("click", () => {
    $("kill").disabled = true;
    tell(`Node ${$("node").textContent} is killed.`);
    channel.push("kill", {});
  });

  /** Which node of a cluster this tab is on; the socket finds another when it dies. */
  function showNode(node, nodes) {
    $("nodes").hidden = false;
    $("kill").disabled = false;
    $("node").textContent = node;
    $("others").textContent = `one of ${nodes.length}`;
    socket.among(nodes);
  }

  $("cut").addEventListener("click", () => {
    $("cut").disabled = true;
    $("evidence").replaceChildren();
    channel.push("talk", {});
    setTimeout(() => {
      tell(`Cut at position ${trail.cut()}.`);
      socket.cut(AWAY_MILLIS);
    }, 300);
  });

  function join() {
    sessionStorage.setItem("name", name);
    const path = (trail = proof(showPosition));
    const joined = socket.channel(topic, () => ({ name, resume: path.wish() }));
    const presence = new Presence(joined);
    presence.onSync(() => showPeople(presence));
    joined.on("message", (message) => arrived(path, message, () => say(message)));
    joined.on("joined", (who) => arrived(path, who, (replay) => replay || note(`${who.name} joined`)));
    joined.on("left", (who) => arrived(path, who, (replay) => replay || note(`${who.name} left`)));
    joined.on("position", (place) => path.at(place.$pos));
    joined
      .join()
      .receive("ok", ({ resume, node, nodes }) => {
        if (node) showNode(node, nodes);
        entered(path.joined(resume));
      })
      .receive("error", ({ reason }) => note(`Not joined: ${reason}.`));
    return joined;
  }

  function arrived(path, message, show) {
    const { replay, complete, gaps, twice } = path.at(message.$pos);
    show(replay);
    if (complete && $("cut").disabled) verdict(gaps, twice);
  }

  function entered({ cameBack, recovered, reason, from, to }) {
    types = false;
    if (!cameBack) return note(`You are in, as ${name}`);
    if (!recovered) {
      log.replaceChildren();
      tell(`Not everything could be replayed: ${reason}.`);
      $("cut").disabled = false;
    } else if (from !== undefined) {
      tell(`Back. The room is at ${to}: ${to - from} messages were sent meanwhile.`);
      if (to === from) verdict(0, 0);
    }
    note("You are back");
  }

  function verdict(gaps, twice) {
    $("cut").disabled = false;
    const whole = gaps === 0 && twice === 0;
    tell(whole ? "Each follows the one before it: nothing lost, nothing twice." : `${gaps} gaps, ${twice} twice.`);
    $("evidence").lastElementChild.classList.add(whole ? "good" : "bad");
  }

  function tell(text) {
    $("evidence").append(element("li", "", text));
  }

  function showPosition({ position, gaps, twice, replayed }) {
    $("position").textContent = position.offset;
    $("position").title = `epoch ${position.epoch}`;
    $("gaps").textContent = gaps + twice;
    $("replayed").textContent = replayed;
  }

  function showPeople(presence) {
    const people = presence.list((who, { metas }) => ({
      who,
      tabs: metas.length,
      typing: metas.some((meta) => meta.typing),
    }));
    people.sort((a, b) => a.who.localeCompare(b.who));
    $("count").textContent = people.length;
    $("people").replaceChildren(
      ...people.map(({ who, tabs, typing }) => {
        const line = element("li", typing ? "types" : "");
        line.style.setProperty("--hue", hue(who));
        line.append(element("span", "face", initials(who)), element("span", "", who === name ? `${who} (you)` : who));
        if (tabs > 1) line.append(element("span", "soft", `${tabs} tabs`));
        return line;
      }),
    );
    const typists = people.filter(({ who, typing }) => typing && who !== name).map(({ who }) => who);
    const several = typists.length > 2 ? `${typists.length} people` : typists.join(" and ");
    $("typing").textContent = typists.length > 0 ? `${several} ${typists.length > 1 ? "are" : "is"} typing` : "\u00a0";
  }

  function say(message) {
    const mine = message.name === name;
    const previous = log.lastElementChild;
    const follows = previous?.dataset.name === message.name;
    const line = element("li", `line${mine ? " mine" : ""}${follows ? " follows" : ""}`);
    line.dataset.name = message.name;
    line.dataset.offset = message.$pos[1];
    line.title = `position ${message.$pos[1]}, after ${message.$pos[2]}`;
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
