import type { RebuildReport } from '../../service/recount/rebuild.js'
import { countUsersStored } from '../../store/progress/completions.js'
import type { Call, Command } from '../command.js'
import { declined } from '../confirm.js'
import { counted } from '../figures.js'
import { yesOption } from '../options.js'
import { type CommandSession, withService } from '../session.js'

/** Recalculates users. */
export const rebuild: Command = {
  name: 'rebuild',
  summary: 'recalculate one user, or all users, from the stored rows, and award what is due',
  notes: ['Asks before it rebuilds all users. Recording can continue meanwhile. If stopped, run it again.'],
  positionals: [{ name: 'user', isOptional: true }],
  options: yesOption,
  examples: ['milepost rebuild ann', 'milepost rebuild --yes'],
  run: async call => {
    const [userId] = call.args.positionals
    const isAsking = userId === undefined && call.mustAsk()
    return withService(call, 'in-effect', async session => {
      if (isAsking && !(await call.confirm('Rebuild every user?'))) {
        return declined
      }
      const report = await rebuildWithProgress(call, session, userId)
      const text = `${counted(report.userCount, 'user')} recalculated, ${counted(report.awardedCount, 'badge')} awarded.`
      return { data: report, lines: () => [text] }
    })
  },
}

async function rebuildWithProgress(
  call: Call,
  { service, db, tables }: CommandSession,
  userId: string | undefined,
): Promise<RebuildReport> {
  const totalCount = userId === undefined ? await countUsersStored(db, tables) : 1
  const progress = call.progress('user')
  try {
    return await service.rebuild(userId, {
      onProgress: userCount => {
        progress.show(userCount, Math.max(totalCount, userCount))
        if (userId === undefined) call.interrupt.check(() => interruptedAt(userCount))
      },
    })
  } finally {
    progress.clear()
  }
}

function interruptedAt(userCount: number): string {
  return `Interrupted: ${counted(userCount, 'user')} recalculated. If you run it again, it starts over.`
}
