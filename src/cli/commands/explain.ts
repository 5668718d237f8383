import { explanationText } from '../../core/explain/explanation-text.js'
import type { Command } from '../command.js'
import { wholeNumber } from '../options.js'
import { printableLines } from '../printable.js'
import { withService } from '../session.js'

/** Explains why a user has a badge or not. */
export const explain: Command = {
  name: 'explain',
  summary: 'explain why a user has a badge or not: what counted, what did not, and what is next',
  notes: ['Use the id of a milestone, of a tier (posts#gold), or of one badge of a repeatable milestone (helper@3).'],
  positionals: [{ name: 'user' }, { name: 'milestone' }],
  options: {
    limit: { value: 'n', help: 'how many completions each list has, 0 to 1,000. Default: 10' },
    locale: { value: 'tag', help: 'language of the output: en, de, fr, es, pt-BR or ar. Default: that of the catalog' },
    'include-hidden': { help: 'explain hidden milestones too; do not show the result to the user' },
  },
  examples: ['milepost explain ann first-steps', 'milepost explain ann "posts#gold" --json'],
  run: async call => {
    const { positionals, texts, flags } = call.args
    const [userId, badgeId] = positionals as [string, string]
    const options = {
      limit: wholeNumber(call.args, 'limit'),
      locale: texts.locale,
      includeHidden: flags.has('include-hidden'),
    }
    return withService(call, 'in-effect', async ({ service }) => {
      const explanation = await call.interrupt.race(service.explain(userId, badgeId, options))
      return { data: explanation, lines: () => printableLines(explanationText(explanation)) }
    })
  },
}
