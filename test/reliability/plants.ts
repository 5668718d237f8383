/** A known mistake, and the tests that must notice it. */
export type Plant = {
  readonly mistake: string
  readonly file: string
  /** Stands in the file once. */
  readonly code: string
  readonly planted: string
  /** Files of tests that fail with the mistake. */
  readonly tests: readonly string[]
}

/** Mistakes that code of this kind is known for. Each is put in, and must be caught. */
export const plants: readonly Plant[] = [
  {
    mistake: 'a jump past several targets awards only the one that it hits',
    file: 'src/core/awards/decide.ts',
    code: 'if (compare(targets[i]!.value, after) > 0) break',
    planted: 'if (compare(targets[i]!.value, after) !== 0) break',
    tests: ['src/core/awards/decide.test.ts'],
  },
  {
    mistake: 'a duplicate counts again',
    file: 'src/store/progress/completions.ts',
    code: 'return new Set(inserted.map(row =>',
    planted:
      'return new Set((rows.length > inserted.length ? rows.map(row => ({ user_id: row.userId, category: row.category, item_key: row.itemKey })) : inserted).map(row =>',
    tests: ['test/faults/statement-faults.pg.test.ts'],
  },
  {
    mistake: 'completions are inserted in the order given, so that two batches can deadlock',
    file: 'src/store/progress/completions.ts',
    code: `order by user_id collate "C", category collate "C", item_key collate "C"
      on conflict do nothing`,
    planted: 'on conflict do nothing',
    tests: ['test/races/crosswise.pg.test.ts'],
  },
  {
    mistake: 'a recount reads one page of the history and stops',
    file: 'src/store/database/cursor.ts',
    code: 'isLast = rows.length <= pageSize',
    planted: 'isLast = true',
    tests: ['test/service/record/arrival.db.test.ts'],
  },
  {
    mistake: 'the feed reads changes that an open transaction can still get ahead of',
    file: 'src/store/progress/outbox.ts',
    code: 'const isSettled: Sql = sql`o.transaction_id < pg_snapshot_xmin(pg_current_snapshot())`',
    planted: 'const isSettled: Sql = sql`true`',
    tests: ['test/races/feed.pg.test.ts'],
  },
  {
    mistake: 'an erased user comes back with a late retry',
    file: 'src/store/progress/standings.ts',
    code: 'const erased = hasErased && ids.size > 0 ? await readErased(db, tables, [...ids]) : none',
    planted: 'const erased = none',
    tests: ['test/service/users/erase.db.test.ts'],
  },
  {
    mistake: 'coins are spent that a user does not have',
    file: 'src/service/coins/spend.ts',
    code: 'if (balance < amount) return',
    planted: 'if (balance < 0) return',
    tests: ['test/service/coins/coins.db.test.ts'],
  },
  {
    mistake: 'the last user of a page of a leaderboard is also the first of the next one',
    file: 'src/store/reports/leaderboard.ts',
    code: 'and (reached_at, user_id collate "C") > (',
    planted: 'and (reached_at, user_id collate "C") >= (',
    tests: ['test/hazards/hazards.db.test.ts'],
  },
  {
    mistake: 'a user token may see hidden milestones',
    file: 'src/http/contract/users.ts',
    code: 'isRefused: value => value === true',
    planted: 'isRefused: () => false',
    tests: ['test/http/authorisation.http.test.ts'],
  },
  {
    mistake: 'a webhook may reach a private address if its name has a public one too',
    file: 'src/http/webhooks/guard.ts',
    code: '!found.every(({ address }) => isPublicAddress(address))',
    planted: '!found.some(({ address }) => isPublicAddress(address))',
    tests: ['src/http/webhooks/guard.test.ts'],
  },
  {
    mistake: 'a rotated secret stays valid after its overlap',
    file: 'src/service/server/api-keys.ts',
    code: 'new Date(at.getTime() + overlapSeconds * 1000)',
    planted: 'new Date(at.getTime() + overlapSeconds * 60_000)',
    tests: ['test/service/server/api-keys.db.test.ts'],
  },
  {
    mistake: 'callers with the same idempotency key get each other’s answers',
    file: 'src/http/steps/idempotency.ts',
    code: 'keyHash: digestOf(caller, method, route, key)',
    planted: 'keyHash: digestOf(method, route, key)',
    tests: ['test/http/idempotency.db.test.ts', 'test/http/hostile-callers.http.test.ts'],
  },
  {
    mistake: 'metadata may be nested as deep as somebody likes',
    file: 'src/core/values/metadata.ts',
    code: 'if (copier.path.length >= depth) return',
    planted: 'if (copier.path.length >= 100 * depth) return',
    tests: ['test/hazards/hazards.db.test.ts'],
  },
  {
    mistake: 'a pass over due webhooks ends although an attempt that failed is due again',
    file: 'src/http/webhooks/deliver-due.ts',
    code: 'if (claimed.length === 0 && wasIdle) break',
    planted: 'if (claimed.length === 0 && (wasIdle || underWay.size === 0)) break',
    tests: ['test/http/deliver-once.db.test.ts'],
  },
]
