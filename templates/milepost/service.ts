import { createMilestoneService } from "milepost";
import { createMilepostServer } from "milepost/http";
import { catalog } from "./catalog.js";
import { closeDatabase, openDatabase } from "./database.js";
import { closeWithServer } from "./stop.js";
import { userIdOf } from "./user.js";

async function open() {
  kept.milepostDatabase ??= openDatabase();
  const db = await kept.milepostDatabase.catch((error) => {
    delete kept.milepostDatabase;
    throw error;
  });
  closeWithServer();
  const service = createMilestoneService({ db, catalog });
  const server = createMilepostServer({
    service,
    db,
    basePath: "/badges",
    // Users can read their own badges, and nothing else.
    authorize: async (request) => {
      const userId = await (kept.milepostUser ?? userIdOf)(request.headers);
      return userId === null ? null : { userId };
    },
  });
  return { db, service, server };
}

type Opened = ReturnType<typeof open>;

const kept = globalThis as {
  milepostDatabase?: ReturnType<typeof openDatabase>;
  milepost?: { catalog: string; opened: Opened };
  milepostUser?: typeof userIdOf;
};
// When development reloads this file, what you changed in user counts too.
kept.milepostUser = userIdOf;

/**
 * Opens the database with the first call and keeps it open, also when
 * development reloads this file. If the catalog changed meanwhile, the next
 * call takes the new one.
 *
 * Record what a user completes anywhere in your app:
 *
 *   const userId = await userIdOf(request.headers);
 *   const { service } = await milepost();
 *   if (userId !== null) {
 *     await service.record({ userId, category: "lesson", itemKey: lesson.id });
 *   }
 */
export function milepost(): Opened {
  const current = JSON.stringify(catalog);
  if (kept.milepost?.catalog === current) return kept.milepost.opened;
  void kept.milepost?.opened.then(close, () => {});
  const opened = open().catch((error) => {
    // The next call tries again.
    delete kept.milepost;
    throw error;
  });
  kept.milepost = { catalog: current, opened };
  return opened;
}

async function close({ service, server }: Awaited<Opened>) {
  await server.close();
  await service.close();
}

/** Ends live streams, for which a server that stops would wait. */
export async function endStreams(): Promise<void> {
  await kept.milepost?.opened.then(
    ({ server }) => server.close(),
    () => {},
  );
}

/**
 * Finishes what is under way, then closes the database. It runs when your
 * server has stopped.
 */
export async function closeMilepost(): Promise<void> {
  await kept.milepost?.opened.then(close, () => {});
  await kept.milepostDatabase?.then(closeDatabase, () => {});
}
