import type { Command } from '../command.js'
import { exitCodes } from '../exit-code.js'
import { wholeNumber } from '../options.js'
import { hasChanges, planLines } from '../plan-lines.js'
import { planningWith, policyOf, policyOptions } from '../planning.js'
import { withNewCatalog } from '../session.js'

/** Shows what applying a catalog would do. */
export const plan: Command = {
  name: 'plan',
  summary: 'preview what a changed catalog would do to your users; writes nothing',
  notes: ['Compares it with the catalog in effect, using the real history, which it reads once.'],
  positionals: [],
  options: {
    ...policyOptions,
    examples: { value: 'n', help: 'how many users to name for each change. Default: 5' },
    check: { help: 'exit with code 3 if anything would change' },
  },
  examples: [
    'milepost plan --catalog catalog.json',
    'milepost plan --catalog catalog.json --policy recompute --json',
    'milepost plan --catalog catalog.json --check || echo "not applied yet"',
  ],
  run: async call => {
    const options = { policy: policyOf(call.args), exampleLimit: wholeNumber(call.args, 'examples') ?? 5 }
    return withNewCatalog(call, async ({ service, catalog }) => {
      const found = await planningWith(call, more => service.plan(catalog, { ...options, ...more }))
      const isChange = hasChanges(found)
      const exitCode = call.args.flags.has('check') && isChange ? exitCodes.found : exitCodes.done
      return { data: { ...found, hasChanges: isChange }, lines: screen => planLines(screen, found), exitCode }
    })
  },
}
