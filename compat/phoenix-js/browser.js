// What phoenix before 1.8 expects of a browser: to be imported before it. Later versions have enough with
// fetch. The packages that offer this on npm throw when a request fails that was aborted.
globalThis.self = globalThis;

/** As much of it as phoenix uses. */
class XMLHttpRequest {
  #headers = {};
  #aborting = new AbortController();

  open(method, url) {
    this.method = method;
    this.url = url;
  }

  setRequestHeader(name, value) {
    this.#headers[name] = value;
  }

  async send(body) {
    const { method, url, timeout } = this;
    const aborted = this.#aborting.signal;
    const signal = timeout ? AbortSignal.any([aborted, AbortSignal.timeout(timeout)]) : aborted;
    try {
      const response = await fetch(url, { method, headers: this.#headers, body, signal });
      this.responseText = await response.text();
    } catch (error) {
      if (aborted.aborted) return;
      if (error.name === "TimeoutError") return this.ontimeout?.();
      return this.onerror?.();
    }
    this.readyState = 4;
    this.onreadystatechange?.();
  }

  abort() {
    this.#aborting.abort();
  }
}

/** Long polling asks through that if there is one, else through fetch, if the version can. */
export function askThrough(way) {
  if (way === "XMLHttpRequest") globalThis.XMLHttpRequest = XMLHttpRequest;
  else delete globalThis.XMLHttpRequest;
}
