// What holds behind a proxy that leads each client to one of several nodes.
import assert from "node:assert/strict";
import { metric } from "./front.js";
import { assertJoined, join, openSession } from "./poll.js";
import { request, upgrade, Wire } from "./wire.js";

export function stickyChecks(check, running) {
  const addresses = Array.from({ length: 32 }, (_, n) => `127.0.${n}.1`);

  check("all requests of a client that polls reach the node that has its session", async () => {
    for (const address of addresses) {
      const open = () => Wire.open(running.server.proxy.port, address);
      const first = await open();
      const session = await openSession(first);
      first.close();
      for (const topic of ["bench:one", "bench:two", "bench:three"]) {
        const wire = await open();
        const message = join(topic);
        wire.send(request(`POST ${session}`, [`content-length: ${message.length}`], message));
        assert.equal((await wire.answer()).body, '{"status":200}');
        await assertJoined(wire, session, topic);
        wire.close();
      }
    }
  });

  check("the clients are spread over the nodes, and each node serves WebSockets", async () => {
    for (const address of addresses) {
      const socket = await Wire.open(running.server.proxy.port, address);
      await socket.send(upgrade()).upgraded();
      await socket.beats();
      socket.close();
    }
    for (const server of running.server.servers) {
      assert.ok((await metric(server, "myriad_long_poll_opened_total")) > 0);
      assert.ok((await metric(server, "myriad_upgraded_total")) > 0);
    }
  });
}
