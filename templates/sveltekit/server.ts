import { milepost } from "$lib/server/milepost/service";
import type { RequestHandler } from "./$types";

/** The HTTP API at /badges/v1, for every method. */
export const fallback: RequestHandler = async ({ request }) =>
  (await milepost()).server.handler(request);
