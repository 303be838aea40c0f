// HAProxy in front, configured as docs/guides/proxies.md says.
import { addressChecks, startCallers } from "../addresses.js";
import { disconnectAll } from "../../channels.js";
import { onEachTransport } from "../../suite.js";
import { proxyChecks } from "../checks.js";
import { behind, startHaproxy } from "../front.js";
import { stickyChecks } from "../sticky.js";

const refuse = (text) => text.replace("default_backend", "http-request deny if { path_end /websocket }\n    $&");
const refusing = (to) => startHaproxy({ to, edit: refuse });

onEachTransport("HAProxy", behind(startHaproxy), disconnectAll, (check, running) =>
  proxyChecks(check, running, refusing),
);

const several = { count: 2, heading: "Several nodes behind HAProxy" };
onEachTransport("HAProxy, two nodes", behind(startHaproxy, several), disconnectAll, stickyChecks);

const believed = { startOne: startCallers };
onEachTransport("HAProxy, believed", behind(startHaproxy, believed), disconnectAll, addressChecks);
