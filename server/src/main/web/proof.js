// Follows the positions of a topic's messages: each says which one came before it, so a gap would show.

export function proof(show) {
  let position;
  const counts = { gaps: 0, twice: 0, replayed: 0 };
  let replayUpTo = 0;
  let cutAt;

  const tell = () => show({ position, ...counts });

  return {
    /** What the next join asks for: all since the last message here, or the last fifty. */
    wish: () => (position ? { epoch: position.epoch, offset: position.offset } : { last: 50 }),

    cut() {
      cutAt = position?.offset;
      return cutAt;
    },

    /** The join's answer. Returns the story of the return, if there is one to tell. */
    joined({ recovered, epoch, offset, reason }) {
      const cameBack = position !== undefined;
      replayUpTo = offset;
      if (!cameBack || !recovered) position = { epoch, offset, fresh: true };
      tell();
      return { cameBack, recovered, reason, from: cutAt, to: offset };
    },

    /** A message, or only its place. Whether it is one that was missed. */
    at([epoch, offset, previous]) {
      if (!position.fresh) {
        if (offset <= position.offset) counts.twice++;
        else if (previous !== position.offset) counts.gaps++;
      }
      position = { epoch, offset };
      const replay = offset <= replayUpTo;
      if (replay) counts.replayed++;
      tell();
      return { replay, complete: replay && offset === replayUpTo, ...counts };
    },
  };
}
