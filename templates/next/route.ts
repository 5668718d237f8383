import { toNextHandler } from "milepost/next";
import { milepost } from "../../../../milepost/service.js";

/** The HTTP API of Milepost, which the components read. */
export const { GET, HEAD, POST, PUT, DELETE, OPTIONS } = toNextHandler({
  handler: async (request) => (await milepost()).server.handler(request),
});
