// What phoenix before 1.8 expects of a browser: to be imported before it.
import Requests from "xmlhttprequest-ssl";

globalThis.self = globalThis;

/** Long polling asks through that, or through fetch, as 1.8 can. */
export function askThrough(way) {
  if (way === "XMLHttpRequest") globalThis.XMLHttpRequest = Requests.XMLHttpRequest;
  else delete globalThis.XMLHttpRequest;
}
