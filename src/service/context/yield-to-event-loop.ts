/** How long work may block the event loop. */
const longestMs = 20

let lastMs = 0

/**
 * Lets other work run if this process has blocked the event loop for a while. Call it in loops over many rows or users.
 */
export async function yieldToEventLoop(): Promise<void> {
  if (performance.now() - lastMs < longestMs) return
  await new Promise(setImmediate)
  lastMs = performance.now()
}
