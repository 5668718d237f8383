/** For how long work may keep others from the event loop. */
const longestMs = 20

let lastMs = 0

/** Lets others at the event loop, where the work of this process has kept it for a while: for loops over many rows or users. */
export async function breathe(): Promise<void> {
  if (performance.now() - lastMs < longestMs) return
  await new Promise(setImmediate)
  lastMs = performance.now()
}
