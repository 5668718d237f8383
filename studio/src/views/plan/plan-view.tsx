import { useState } from 'react'
import { useCatalog } from '../../parts/catalog.js'
import { Page } from '../../parts/page.js'
import { CatalogInput } from './catalog-input.js'
import { NextStart } from './next-start.js'
import { PlanControls, Planned } from './planned.js'
import { type Policy, usePlan } from './use-plan.js'
import { Versions } from './versions.js'

/** Previews what a changed catalog would do to real users, and applies it. */
export function PlanView() {
  const [text, setText] = useState('')
  const [policy, setPolicy] = useState<Policy>('keep')
  const { data: current } = useCatalog()
  const planning = usePlan({
    planRoute: 'POST /v1/plan',
    applyRoute: 'POST /v1/apply',
    wanted: `${policy} ${text}`,
    body: () => ({ catalog: JSON.parse(text), policy }),
  })
  return (
    <Page title="Plan and apply" lead="Preview a change before you apply it.">
      <CatalogInput text={text} onText={setText} current={current}>
        <PlanControls of={planning} policy={policy} onPolicy={setPolicy} isEmpty={text.trim() === ''} />
      </CatalogInput>
      <Planned of={planning} title="Apply this catalog" what="this catalog applies to every user">
        <NextStart atStart={current?.atStart} />
      </Planned>
      <Versions />
    </Page>
  )
}
