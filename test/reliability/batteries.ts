/** A promise that the reliability run tries to break, and a row of docs/reliability.md. */
export type Battery = {
  /** What is counted, as it reads after a number. */
  readonly counted: string
  /** What is done, how often the tests count themselves. */
  readonly attack: string
  /** What must be true afterwards. */
  readonly promise: string
  readonly files: readonly string[]
}

/** Everything that the reliability run does, in the order of its page. */
export const batteries = {
  commitsCut: {
    counted: 'connections cut',
    attack:
      'The connection breaks right before or after COMMIT reaches Postgres, or at any other statement. The app calls again',
    promise: 'Everything is stored once. The second answer has the same badges',
    files: ['test/faults/lost-connections.pg.test.ts'],
  },
  statementsFailed: {
    counted: 'statements failed',
    attack:
      'Each statement of each call fails: with a deadlock, a serialization failure, too many connections, an internal error, a terminated backend or a closed socket',
    promise: 'The call is repeated, or fails with a coded error and has stored nothing. The pool stays whole',
    files: ['test/faults/statement-faults.pg.test.ts'],
  },
  recordersKilled: {
    counted: 'processes killed',
    attack: 'A process that records on Postgres gets SIGKILL',
    promise: 'What it acknowledged is stored, with its badges',
    files: ['test/faults/killed.pg.test.ts'],
  },
  embeddedKilled: {
    counted: 'processes killed',
    attack: 'A process with an embedded database in a folder gets SIGKILL, and the next one opens the folder',
    promise: 'What it acknowledged is stored, with its badges',
    files: ['test/faults/killed.db.test.ts', 'test/pglite/killed.db.test.ts'],
  },
  serversKilled: {
    counted: 'servers killed',
    attack: '`milepost serve` gets SIGKILL under 32 clients, which call again with the same idempotency keys',
    promise: 'Every total is exact',
    files: ['test/faults/killed-server.pg.test.ts'],
  },
  appliesKilled: {
    counted: 'processes killed',
    attack: 'A process that applies a catalog gets SIGKILL while four others record',
    promise: 'Each user is counted by the new catalog exactly once',
    files: ['test/faults/apply-killed.pg.test.ts'],
  },
  importsKilled: {
    counted: 'processes killed',
    attack: 'An import gets SIGKILL, and continues with its cursor or without',
    promise: 'It ends as an import that was never stopped',
    files: ['test/faults/killed-import.pg.test.ts'],
  },
  mergesKilled: {
    counted: 'kills',
    attack: 'Of two processes that merge the same users and record for them, one gets SIGKILL or loses its connections',
    promise: 'Every completion is with the one user, once, and no user is half merged',
    files: ['test/faults/killed-merge.pg.test.ts'],
  },
  foldsKilled: {
    counted: 'processes killed',
    attack: 'A process that folds old completions gets SIGKILL while others record',
    promise: 'Nothing is lost and nothing is counted twice',
    files: ['test/faults/killed-fold.pg.test.ts'],
  },
  disksFull: {
    counted: 'full disks',
    attack:
      'The disk of Postgres is full while an app records. Then there is room again, and the app calls again with the same keys',
    promise: 'Calls fail with a coded error. Afterwards everything is stored once',
    files: ['test/reliability/disk-full.long.test.ts'],
  },
  clockSteps: {
    counted: 'clock steps',
    attack: 'Within the histories of the next row, the clock of the app jumps, from 25 hours back to 400 days ahead',
    promise: 'The same as in the next row',
    files: ['test/model/service-against-model.db.test.ts'],
  },
  histories: {
    counted: 'histories',
    attack:
      'Random catalogs and random calls: recording, undoing, awarding, revoking, applying, spending, merging, erasing, restarting, in transactions that commit or roll back',
    promise:
      'After each call, badges, dates, points, progress and answers are those of a simple model that counts everything again',
    files: [
      'test/model/service-against-model.db.test.ts',
      'test/model/fold-against-model.db.test.ts',
      'test/model/merging/merge-against-model.db.test.ts',
    ],
  },
  users: {
    counted: 'users under load',
    attack:
      'Four processes with eight connections each record the same completions, cross the same targets and spend the same coins at the same time',
    promise: 'Each badge is awarded once, each coin is spent once, and no deadlock reaches the app',
    files: ['test/races/storms.pg.test.ts'],
  },
  requests: {
    counted: 'requests',
    attack: 'Random requests to every HTTP operation, valid and invalid',
    promise: 'None is answered with a server error, and a refused one changes nothing',
    files: ['test/http/fuzz.http.test.ts'],
  },
  minutes: {
    counted: 'minutes of load',
    attack: 'A server is used without a pause: recording, undoing, reading, live streams that come and go',
    promise: 'Memory, connections and the size of the tables that are updated in place stop growing',
    files: ['test/reliability/soak.long.test.ts'],
  },
  plantedBugs: {
    counted: 'planted bugs',
    attack: 'A known mistake is put into the code, one at a time, and the tests of that part run',
    promise: 'The tests fail',
    files: ['test/reliability/planted.long.test.ts'],
  },
} as const satisfies Readonly<Record<string, Battery>>

/** Names a battery. */
export type BatteryName = keyof typeof batteries
