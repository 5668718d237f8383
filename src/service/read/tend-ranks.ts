import { isMilepostError } from '../../core/values/errors.js'
import { tendRankBoard } from '../../store/reports/ranks.js'
import { readOpenWriters } from '../../store/users/open-writers.js'
import type { ServiceContext } from '../context/context.js'
import { createBackground } from '../context/in-background.js'
import { untilEnded } from '../context/until-ended.js'
import { write } from '../recount/write.js'

/** Has a board counted, or its counts brought up to date. `board`: as `rankBoardOf` names it. */
export type RankTender = (board: string) => void

/**
 * Creates a tender that works in the background, on one board at a time: ranks are exact without it, but take longer to
 * read.
 */
export function createRankTender(context: ServiceContext): RankTender {
  const inBackground = createBackground(context.db, context.onCountFailure)
  return board => inBackground(() => tend(context, board))
}

async function tend(context: ServiceContext, board: string): Promise<void> {
  const { db, tables, patienceMs, now } = context
  const tendOnce = (mayCount: boolean): Promise<boolean> =>
    write(context, {}, tx => tendRankBoard(tx, tables, { board, at: now(), mayCount }))
  if (await tendOnce(false)) return
  try {
    await untilEnded(db, tables, { open: await readOpenWriters(db, tables), patienceMs })
  } catch (error) {
    // A transaction is still open that has not seen that the board is read. The next reader tries again.
    if (isMilepostError(error) && error.code === 'USER_BUSY') return
    throw error
  }
  await tendOnce(true)
}
