import { endStreams } from "./service.js";

const kept = globalThis as { milepostStops?: boolean };

/**
 * When `next start` is told to stop, it answers the requests it has and then
 * ends the process: nothing is lost. But live streams never end by themselves,
 * so it would wait for them.
 */
export function closeWithServer(): void {
  // Where nothing else listens, such as on Vercel, the signal ends the process.
  if (kept.milepostStops || process.listenerCount("SIGTERM") === 0) return;
  kept.milepostStops = true;
  process.once("SIGTERM", endStreams);
}
