import { createServer } from "node:http";
import { toNodeHandler } from "milepost/node";
import { handleBadges } from "./routes.js";
import { stopGracefully } from "./stop.js";

const port = Number(process.env.PORT ?? 3000);

const server = createServer(toNodeHandler({ handler: handleBadges }));
server.listen(port, () => {
  console.log(`Your badges: http://localhost:${port}/badges`);
});
stopGracefully(server);
