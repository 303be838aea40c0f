// One suite of checks for each transport, with a server of its own.
import { after, before, describe, test } from "node:test";
import { freePort } from "./server.js";

/**
 * Describes the checks that `body(check, running)` makes. `running.server` is the server, started by
 * `start({transport, port})`; `running.restart()` starts it again on its port after it has stopped.
 */
export function onEachTransport(name, start, disconnect, body) {
  for (const transport of ["uring", "netty"]) {
    describe(`${name}, ${transport} transport`, () => {
      let unusable;
      const running = {
        async restart() {
          this.server = await start({ transport, port: this.server.port });
        },
      };

      before(async () => {
        try {
          running.server = await start({ transport, port: await freePort() });
        } catch (error) {
          if (!error.message.includes("io_uring cannot be used")) throw error;
          unusable = error.message;
        }
      }, { timeout: 180_000 });

      after(async () => {
        await disconnect();
        await running.server?.stop();
      });

      const check = (what, holds) =>
        test(what, { timeout: 60_000 }, async (context) => {
          if (unusable) return context.skip(unusable);
          await holds();
        });
      body(check, running);
    });
  }
}
