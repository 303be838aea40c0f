/**
 * Channels of phoenix.js that miss nothing, on topics of Myriad that remember messages. The channel keeps the
 * place of the last message; whenever it joins again it asks for what came since, and gets that before anything
 * live. For phoenix 1.6 to 1.8, without dependencies.
 *
 *   const channel = resume(socket, "room:lobby", { name }, { onLost: ({ reason }) => reload() });
 *   channel.on("said", show);
 *   channel.join();
 *
 * The first join gets what comes from then on. Params may say otherwise: {resume: {last: 20}} for the newest
 * messages first, {resume: "latest"} for one, {resume: channel.position} for a place that was stored.
 */

const RETRY_MILLIS_MAX = 10_000;

/** What stands before a binary payload: a hash of the epoch, the offset, the previous offset. */
const BINARY_PLACE_BYTES = 24;

/** What stands for an epoch before binary payloads: FNV-1a, 64 bits. */
const hash = (epoch) =>
  [...epoch].reduce((sum, letter) => ((sum ^ BigInt(letter.charCodeAt(0))) * 0x100000001b3n) & 0xffffffffffffffffn, 0xcbf29ce484222325n);

/**
 * Makes the channel. It is used as any other; `channel.position` is {epoch, offset} of the last message that
 * was handed to it.
 * @param params an object, or a function that makes it for each join
 * @param onLost called with {reason, epoch, offset} when messages were missed that the server has no more, before
 *     any later message: read anew what they told of
 */
export function resume(socket, topic, params = {}, { onLost = () => {} } = {}) {
  const given = typeof params === "function" ? params : () => params;
  let position; // of the last message; nothing before the first one that was wished for
  let asked; // what the join that is under way said
  let floor; // where the topic was when a wish for its last messages was first answered
  let gaps = 0; // since a message was last taken
  let timer;

  const channel = socket.channel(topic, () => {
    const own = given() ?? {};
    asked = position ?? own.resume ?? true;
    return { ...own, resume: asked };
  });
  Object.defineProperty(channel, "position", { get: () => position && { ...position } });

  const lost = (reason, { epoch, offset }) => onLost({ reason, epoch, offset });

  channel.joinPush.receive("ok", (response) => {
    const found = response?.resume;
    if (!found) {
      if (position) onLost({ reason: "no history" });
      position = floor = undefined;
      return;
    }
    const { epoch, offset, recovered, reason } = found;
    if (!recovered) {
      position = { epoch, offset };
      lost(reason, found);
    } else if (asked === true || offset === 0) {
      position ??= { epoch, offset };
    } else if (!position && asked.epoch !== undefined) {
      position = { epoch: asked.epoch, offset: asked.offset };
    } else if (!position && floor?.epoch !== epoch) {
      if (floor) lost("epoch", found);
      floor = { epoch, offset };
    }
  });

  /** Whether a message at that place is the next one. One that is not is dropped: it comes again, or came. */
  const take = (epoch, offset, previous) => {
    if (position && epoch === position.epoch) {
      if (offset <= position.offset) return false;
      if (previous !== position.offset) return gap();
    } else if (position) {
      return gap();
    } else if (floor && previous > floor.offset) {
      lost("forgotten", { epoch: floor.epoch, offset });
    }
    position = { epoch, offset };
    gaps = 0;
    return true;
  };

  /** Joins again, which brings what is missing: the first time at once. */
  const gap = () => {
    if (channel.state !== "joined") return false;
    channel.state = "errored"; // else phoenix.js takes it for another channel of this topic, and leaves it
    const rejoin = () => channel.state === "errored" && socket.isConnected() && channel.rejoin();
    if (gaps++ === 0) rejoin();
    else timer = setTimeout(rejoin, Math.min(RETRY_MILLIS_MAX, 50 * 2 ** gaps));
    return false;
  };
  channel.onClose(() => clearTimeout(timer));

  const trigger = channel.trigger;
  channel.trigger = (event, payload, ...refs) => {
    if (payload?.$pos) {
      const { $pos, ...rest } = payload;
      if (!take(...$pos) || event === "position") return;
      payload = rest;
    } else if (payload instanceof ArrayBuffer && !refs[1] && (position || floor)) {
      const place = new DataView(payload);
      const known = (position ?? floor).epoch;
      const epoch = !position || place.getBigUint64(0) === hash(known) ? known : "another";
      if (!take(epoch, Number(place.getBigUint64(8)), Number(place.getBigUint64(16)))) return;
      payload = payload.slice(BINARY_PLACE_BYTES);
    }
    trigger.call(channel, event, payload, ...refs);
  };
  return channel;
}
