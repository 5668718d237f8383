import { useState } from 'react'
import type { Answered } from '../../api.js'
import { type LongCall, useLongCall } from './long-call.js'

export type Plan = Answered<'plan'>
export type Policy = Plan['policy']
export type Report = Answered<'apply'>

/** A change that is planned before it is applied. */
export type PlannedChange = {
  readonly planRoute: string
  readonly applyRoute: string
  /** What tells one change from another. */
  readonly wanted: string
  /** What both calls send. @throws SyntaxError */
  readonly body: () => object
}

/** What became of a change so far. */
export type Planning = {
  readonly planning: LongCall<Plan>
  readonly applying: LongCall<Report>
  /** Whether the change is another one than was planned. */
  readonly hasChanged: boolean
  readonly plan: () => void
  readonly apply: (reason: string) => void
}

/** Plans a change, and applies it. Only what was planned can be applied: another change asks for another plan. */
export function usePlan({ planRoute, applyRoute, wanted, body }: PlannedChange): Planning {
  const planning = useLongCall<Plan>()
  const applying = useLongCall<Report>()
  const [planned, setPlanned] = useState('')
  const plan = (): void => {
    applying.clear()
    setPlanned(wanted)
    void planning.run(planRoute, () => ({ ...body(), exampleLimit: 5 }))
  }
  const apply = (reason: string): void => {
    void applying.run(applyRoute, () => ({ ...body(), reason }), { isChange: true })
  }
  return { planning, applying, hasChanged: wanted !== planned, plan, apply }
}
