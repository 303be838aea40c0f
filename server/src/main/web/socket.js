// The page's one socket. It comes back by itself, as phoenix does it, unless it is to stay away for a while.
import { Socket } from "phoenix";

const BACK_MILLIS = [10, 50, 100, 150, 200, 250, 500, 1000, 2000];

export function openSocket() {
  const status = document.getElementById("status");
  const show = (state) => {
    status.dataset.state = state;
    status.textContent = state;
  };
  let awayMillis = 0;
  let nodes = [];
  const socket = new Socket("/socket", {
    longPollFallbackMs: 2500,
    reconnectAfterMs: (tries) => {
      const wait = awayMillis || BACK_MILLIS[tries - 1] || 5000;
      awayMillis = 0;
      return wait;
    },
  });
  socket.onOpen(() => show("connected"));
  socket.onError(() => show("reconnecting"));
  socket.onClose(() => show("reconnecting"));
  socket.connect();

  /** Closes the connection under the client's feet; it finds out by itself and comes back after a while. */
  socket.cut = (millis) => {
    awayMillis = millis;
    socket.conn.close();
  };

  /** The nodes of a cluster: if one cannot be reached, the next is tried. */
  socket.among = (urls) => {
    if (nodes.length > 0) return;
    socket.longPollFallbackMs = undefined; // else a node that is gone would be polled first
    nodes = urls.map((url) => `${url.replace(/^http/, "ws")}/socket/websocket`);
    socket.onError(() => {
      const next = (nodes.indexOf(socket.endPoint) + 1) % nodes.length;
      socket.endPoint = nodes[next];
    });
  };
  return socket;
}
