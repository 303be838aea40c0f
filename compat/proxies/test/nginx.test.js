// nginx in front, configured as docs/guides/proxies.md says.
import { addressChecks, startCallers } from "../addresses.js";
import { disconnectAll } from "../../channels.js";
import { onEachTransport } from "../../suite.js";
import { proxyChecks } from "../checks.js";
import { behind, startNginx } from "../front.js";
import { stickyChecks } from "../sticky.js";

const refuse = (text) => text.replace("location / {", "location ~ /websocket$ { return 403; }\n$&");
const refusing = (to) => startNginx({ to, edit: refuse });

onEachTransport("nginx", behind(startNginx), disconnectAll, (check, running) =>
  proxyChecks(check, running, refusing),
);

const several = { count: 2, heading: "Several nodes behind nginx" };
onEachTransport("nginx, two nodes", behind(startNginx, several), disconnectAll, stickyChecks);

const believed = { startOne: startCallers };
onEachTransport("nginx, believed", behind(startNginx, believed), disconnectAll, addressChecks);
