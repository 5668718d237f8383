import { closeMilepost, endStreams } from "./service.js";

/**
 * When the process is told to stop (SIGTERM, or Ctrl-C), the server answers the
 * requests it has. Then Milepost and its database are closed, and the process
 * ends. If your app has more to close, do it here.
 */
export function stopGracefully(server: {
  close(callback: (error?: Error) => void): unknown;
}): void {
  const stop = async () => {
    const stopped = new Promise((resolve) => server.close(resolve));
    await endStreams();
    await stopped;
    await closeMilepost();
    process.exit();
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}
