import { type DescribedBoard, describeBoards } from '../../service/studio/described-boards.js'
import type { Command } from '../command.js'
import { printable } from '../printable.js'
import type { TerminalScreen } from '../screen.js'
import { withService } from '../session.js'

/** Lists the boards of the catalog in words. */
export const boards: Command = {
  name: 'boards',
  summary: 'list the boards of the catalog: what each ranks by, and when it starts again',
  notes: ['To read one: milepost leaderboard --board <id>.'],
  positionals: [],
  options: {
    locale: { value: 'tag', help: 'language of the output: en, de, fr, es, pt-BR or ar. Default: that of the catalog' },
  },
  examples: ['milepost boards', 'milepost boards --locale de --json'],
  run: async call =>
    withService(call, 'in-effect', async ({ service }) => {
      const found = await describeBoards(service, call.args.texts.locale)
      return { data: { boards: found }, lines: screen => boardLines(screen, found) }
    }),
}

function boardLines(screen: TerminalScreen, found: readonly DescribedBoard[]): readonly string[] {
  if (found.length === 0) return ['The catalog has no boards.']
  return found.flatMap(({ id, title, text }) => [
    `${screen.paint('strong', printable(title))} (${printable(id)})`,
    `  ${printable(text)}`,
  ])
}
