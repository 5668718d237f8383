import { freshCopy } from '../core/values/fresh.js'

type Calls = { readonly [name: string]: unknown }
type Call = (...args: unknown[]) => unknown

/** What makes its answers itself: recording, which is to cost no copy, and what answers nothing. */
const ownAnswers: ReadonlySet<string> = new Set(['record', 'exportUser', 'onAwarded', 'close'])

/** Gives each caller answers that nobody else holds: they may be sorted and changed in place. */
export function withFreshAnswers<Service extends Calls>(service: Service): Service {
  const entries = Object.entries(service).map(([name, call]) =>
    ownAnswers.has(name) ? [name, call] : [name, freshly(call as Call)],
  )
  return Object.fromEntries(entries) as Service
}

function freshly(call: Call): Call {
  return (...args) => {
    const answer = call(...args)
    return answer instanceof Promise ? answer.then(freshCopy) : freshCopy(answer)
  }
}
