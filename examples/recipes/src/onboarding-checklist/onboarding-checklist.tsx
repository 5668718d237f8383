import { Checklist } from 'milepost/react'
import { steps } from './milestones.js'

const pages: Record<string, string> = {
  'first-project': '/projects/new',
  'first-invitation': '/settings/people',
  'first-deployment': '/docs/deploy',
}

export function OnboardingChecklist() {
  return <Checklist title="First steps" badgeIds={steps} hrefOf={id => pages[id] ?? '/'} />
}
