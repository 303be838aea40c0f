/**
 * The values of a topic by key, as Myriad keeps them, in a Map of the client. For channels of phoenix.js, 1.6 to
 * 1.8, without dependencies. The values come right behind the reply of each join, so use it before the first.
 *
 *   const prices = keyed(socket.channel("price:all"));
 *   prices.onChange((put, removed) => draw(prices.values));
 *   prices.channel.join();
 */

/** The text of the frame that each socket is just handing out: checksums are over the server's own bytes. */
const frames = new WeakMap();

/** Follows a channel's values; null is a value too, and a binary one is {$binary: base64}. */
export function keyed(channel) {
  const values = new Map();
  const texts = new Map(); // each value's JSON as the server wrote it
  const listeners = new Set();
  let version; // of the values; nothing before the first
  let pages; // of a snapshot that is not complete yet
  let asking = false;
  const frame = frameOf(channel.socket);

  const put = (entries, name, to) => {
    const written = members(frame.text, name);
    for (const [key, value] of Object.entries(entries)) {
      to.values.set(key, value);
      to.texts.set(key, written.get(key) ?? JSON.stringify(value));
    }
  };
  const remove = (key) => values.delete(key) && texts.delete(key);
  const tell = (changed, removed) => listeners.forEach((listener) => listener(changed, removed));
  const ask = () => {
    if (asking) return;
    asking = true;
    const again = () => (asking = false);
    channel.push("state_get", {}).receive("error", again).receive("timeout", again);
  };

  channel.joinPush.receive("ok", () => {
    pages = undefined;
    asking = false;
  });

  channel.on("state", (page) => {
    if (pages?.version !== page.version) pages = { version: page.version, values: new Map(), texts: new Map() };
    put(page.entries, '"entries":', pages);
    if (page.more) return;
    const removed = [...values.keys()].filter((key) => !pages.values.has(key));
    removed.forEach(remove);
    pages.values.forEach((value, key) => values.set(key, value));
    pages.texts.forEach((text, key) => texts.set(key, text));
    const { late, values: changed } = pages;
    version = page.version;
    pages = undefined;
    asking = false;
    tell(changed, removed);
    if (late) ask();
  });

  channel.on("state_diff", (diff) => {
    if (pages) {
      pages.late ||= diff.version > pages.version;
    } else if (diff.version > version) {
      if (diff.from !== version) return ask();
      put(diff.put, '"put":', { values, texts });
      diff.remove.forEach(remove);
      version = diff.version;
      tell(new Map(Object.entries(diff.put)), diff.remove);
    }
  });

  return {
    channel,
    values,
    get version() {
      return version;
    },
    /** Calls a listener with a Map of what was put and an array of the keys that went; returns how to end that. */
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /**
     * Compares with the server's checksum: resolves to {version, crc32c, same}; `same` is undefined if the server's
     * is of another version than these values. If they differ they are fetched anew.
     */
    sum() {
      return new Promise((resolve, reject) => {
        const push = channel.push("state_sum", {});
        push.receive("ok", (theirs) => {
          const same = theirs.version === version ? theirs.crc32c === checksum(texts) : undefined;
          if (same === false) ask();
          resolve({ ...theirs, same });
        });
        for (const status of ["error", "timeout"])
          push.receive(status, (response) => reject(new Error(response?.reason ?? status)));
      });
    },
  };
}

function frameOf(socket) {
  let frame = frames.get(socket);
  if (!frame) {
    frames.set(socket, (frame = {}));
    const decode = socket.decode;
    socket.decode = (raw, callback) => {
      frame.text = typeof raw === "string" ? raw : "";
      decode.call(socket, raw, callback);
      frame.text = "";
    };
  }
  return frame;
}

/** The members of the object that stands behind a name in JSON, each value as it is written there. */
function members(text, name) {
  const found = new Map();
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^"{}[\],:]+/gsy;
  token.lastIndex = text.indexOf(name) + name.length + 1; // behind the brace
  let depth = 0;
  let key;
  let from;
  for (let match; (match = token.exec(text)); ) {
    const [part] = match;
    if (depth === 0 && (part === "," || part === "}")) {
      if (key !== undefined) found.set(key, text.slice(from, match.index));
      if (part === "}") break;
      key = from = undefined;
    } else if (key === undefined) key = JSON.parse(part);
    else if (from === undefined) from = token.lastIndex;
    else if (part === "{" || part === "[") depth++;
    else if (part === "}" || part === "]") depth--;
  }
  return found;
}

const TABLE = Int32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0x82f63b78 : n >>> 1;
  return n;
});

/** CRC-32C over key, zero, value and line feed, in the order of the keys' UTF-16 code units: eight hex digits. */
function checksum(texts) {
  let crc = ~0;
  const utf8 = new TextEncoder();
  for (const key of [...texts.keys()].sort())
    for (const byte of utf8.encode(`${key}\0${texts.get(key)}\n`)) crc = TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (~crc >>> 0).toString(16).padStart(8, "0");
}
