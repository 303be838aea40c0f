// Keyed state of a topic: pages "state" make a snapshot, "state_diff" leads from one version to the next.

/**
 * Keeps a Map of what the server has, and tells of each whole version of it. To be called before the join.
 * A diff that does not follow what is here is answered by asking for new pages.
 */
export function watchState(channel, changed) {
  let values = new Map();
  let coming;
  let version = -1;
  let asked = false;

  channel.on("state", (page) => {
    coming ??= new Map();
    for (const [key, value] of Object.entries(page.entries)) coming.set(key, value);
    if (page.more) return;
    values = coming;
    version = page.version;
    coming = undefined;
    asked = false;
    changed(values, version);
  });
  channel.on("state_diff", (diff) => {
    if (coming || diff.version <= version) return;
    if (diff.from !== version) {
      if (!asked) channel.push("state_get", {});
      asked = true;
      return;
    }
    for (const [key, value] of Object.entries(diff.put)) values.set(key, value);
    for (const key of diff.remove) values.delete(key);
    version = diff.version;
    changed(values, version);
  });
  channel.onError(() => {
    coming = undefined;
    asked = false;
    version = -1;
  });
}
