import type { FastifyInstance } from "fastify";
import { toNodeHandler } from "milepost/node";
import { handleBadges } from "./routes.js";
import { closeMilepost, endStreams } from "./service.js";

const handle = toNodeHandler({ handler: handleBadges });

/**
 * Mounts the page and the HTTP API at /badges. It is a plugin of its own
 * because Milepost reads bodies itself.
 */
export async function badges(app: FastifyInstance): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  for (const url of ["/badges", "/badges/*"]) {
    app.all(url, (request, reply) => {
      reply.hijack();
      handle(request.raw, reply.raw);
    });
  }
  closeWith(app);
}

/** Closes Milepost and its database after the last answer. */
function closeWith(app: FastifyInstance): void {
  // Fastify waits for all answers when it closes. Streams would never end.
  app.addHook("preClose", endStreams);
  app.addHook("onClose", closeMilepost);
  // Your app or fastify-cli may close it on SIGTERM already.
  if (process.listenerCount("SIGTERM") > 0) return;
  let isStopping = false;
  const stop = async () => {
    // Watchers and npm pass on a signal that the process got already.
    if (isStopping) return;
    isStopping = true;
    // A request that never ends does not hold it up for ever.
    setTimeout(() => process.exit(1), 10_000).unref();
    await app.close();
    process.exit();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
