import type { NextStep } from '../progress/next-step.js'
import { earnText } from './badges-text.js'
import { fill } from './fill.js'
import { wordsOfKind } from './kinds.js'
import { comma, limited } from './limits.js'
import { request, type Speech, sentence } from './speech.js'
import { byWords, fromWords, type UserTime } from './when.js'

/** The user's time, and what the author of the milestone says about it. */
export type StepTime = UserTime & { readonly hint?: string | undefined }

/** Writes what to do next. */
export function nextStepText(speech: Speech, step: NextStep, { hint, ...time }: StepTime): string {
  switch (step.type) {
    case 'complete':
      return hint || sentence(speech, completeText(speech, step, time))
    case 'gain':
      return hint || sentence(speech, gainText(speech, step))
    case 'earn': {
      const titles = step.milestones.map(({ title }) => title)
      return sentence(speech, earnText(speech, titles, step.remaining))
    }
    case 'none':
      return speech.phrases.none[step.because]
  }
}

function completeText(
  speech: Speech,
  { requirement, current, target, remaining, from, by }: Extract<NextStep, { type: 'complete' }>,
  time: UserTime,
): string {
  const { timed, continueBy } = speech.phrases
  const facts = { requirement, current, target, remaining }
  // The step itself says when it begins and ends.
  const kind = wordsOfKind(requirement)
  const text = limited(speech, requirement, kind.next(speech, facts), { withWindow: false })
  if (by && kind.endsUnlessContinued && current > 0) {
    return fill(continueBy, { text, by: byWords(speech, by, time) })
  }
  const begin = from ? [fromWords(speech, from, time)] : []
  const times = by ? [...begin, byWords(speech, by, time)] : begin
  return times.length === 0 ? text : fill(timed, { text, time: times.join(comma(speech)) })
}

function gainText(speech: Speech, { remaining, level, points }: Extract<NextStep, { type: 'gain' }>): string {
  const { verbs, point, forLevel } = speech.phrases
  const isMore = remaining < points
  const text = request(speech, { n: remaining, nouns: [point], verb: verbs.earn, isMore })
  return level === null ? text : fill(forLevel, { text, level: speech.number(level) })
}
