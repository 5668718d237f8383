import { closeMilepost, endStreams } from "./service.js";

/**
 * When the process is told to stop (SIGTERM, or Ctrl-C), the server answers the
 * requests it has. Then Milepost and its database are closed, and the process
 * ends. If your app has more to close, do it here.
 */
export function stopGracefully(server: {
  close(callback: (error?: Error) => void): unknown;
}): void {
  let isStopping = false;
  const stop = async () => {
    // Watchers and npm pass on a signal that the process got already.
    if (isStopping) return;
    isStopping = true;
    // A request that never ends does not hold it up for ever.
    setTimeout(() => process.exit(1), 10_000).unref();
    const stopped = new Promise((resolve) => server.close(resolve));
    await endStreams();
    await stopped;
    await closeMilepost();
    process.exit();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
