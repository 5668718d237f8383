import type { StreakRequirement } from '../../metrics/kinds/streak.js'
import { weekdays } from '../../time/weekday.js'
import { fill } from '../fill.js'
import { categoryNouns, type KindWords, several } from '../kind-words.js'
import type { ByLanguage } from '../language.js'
import { periodNoun, periodsText } from '../limits.js'
import { quantity, type Speech, share, things } from '../speech.js'
import { weekdayText } from '../when.js'

type StreakTemplates = Readonly<Record<'inARow' | 'keep' | 'begin' | 'freezes', string>> & {
  /** `paceOf`: where a period takes several. */
  readonly [Pace in 'pace' | 'paceOf']: Readonly<Record<StreakRequirement['every'], string>>
}

const templates: ByLanguage<StreakTemplates> = {
  en: {
    inARow: '{text} in a row, {pace}',
    keep: 'keep your streak: {n} more {thing} in a row, {pace}',
    begin: 'start a streak: {things} in a row, {pace}',
    pace: { day: 'one a day', week: 'one a week', month: 'one a month' },
    paceOf: { day: '{things} a day', week: '{things} a week', month: '{things} a month' },
    freezes: '{text} (a freeze for every {n}, up to {max})',
  },
  de: {
    inARow: '{text} in Folge, {pace}',
    keep: 'halte deine Serie: noch {things} in Folge, {pace}',
    begin: 'beginne eine Serie: {things} in Folge, {pace}',
    pace: { day: '1 pro Tag', week: '1 pro Woche', month: '1 pro Monat' },
    paceOf: { day: '{things} pro Tag', week: '{things} pro Woche', month: '{things} pro Monat' },
    freezes: '{text} (für je {n} ein Serienschutz, höchstens {max})',
  },
  fr: {
    inARow: '{text} de suite, {pace}',
    keep: 'continue ta série : encore {things} de suite, {pace}',
    begin: 'commence une série : {things} de suite, {pace}',
    pace: { day: '1 par jour', week: '1 par semaine', month: '1 par mois' },
    paceOf: { day: '{things} par jour', week: '{things} par semaine', month: '{things} par mois' },
    freezes: '{text} (un gel de série tous les {n}, {max} au maximum)',
  },
  es: {
    inARow: '{text} sin interrupción, {pace}',
    keep: 'mantén tu racha: {things} más sin interrupción, {pace}',
    begin: 'empieza una racha: {things} sin interrupción, {pace}',
    pace: { day: '1 al día', week: '1 a la semana', month: '1 al mes' },
    paceOf: { day: '{things} al día', week: '{things} a la semana', month: '{things} al mes' },
    freezes: '{text} (un protector de racha por cada {n}, hasta {max})',
  },
  'pt-BR': {
    inARow: '{text} em sequência, {pace}',
    keep: 'mantenha sua sequência: mais {things}, {pace}',
    begin: 'comece uma sequência: {things}, {pace}',
    pace: { day: '1 por dia', week: '1 por semana', month: '1 por mês' },
    paceOf: { day: '{things} por dia', week: '{things} por semana', month: '{things} por mês' },
    freezes: '{text} (uma proteção de sequência a cada {n}, até {max})',
  },
  ar: {
    inARow: '{text} على التوالي، {pace}',
    keep: 'حافظ على سلسلتك: {things} أيضًا على التوالي، {pace}',
    begin: 'ابدأ سلسلة: {things} على التوالي، {pace}',
    pace: { day: 'مرة كل يوم', week: 'مرة كل أسبوع', month: 'مرة كل شهر' },
    paceOf: { day: '{things} كل يوم', week: '{things} كل أسبوع', month: '{things} كل شهر' },
    freezes: '{text} (تجميد واحد لكل {n}، حتى {max})',
  },
}

/** What is said about periods in a row. */
export const streakWords: KindWords<StreakRequirement> = {
  part: (speech, { requirement, current, target }) => {
    const { share } = countedIn(speech, requirement)
    return inARow(speech, requirement, share(current, target))
  },
  next: (speech, { requirement, current, target, remaining }) => {
    const { keep, begin } = speech.in(templates)
    const { quantity, noun } = countedIn(speech, requirement)
    const isAlive = current > 0
    const n = isAlive ? remaining : target
    const values = { n: speech.number(n), thing: noun(n), things: quantity(n), pace: paceText(speech, requirement) }
    return onDays(speech, requirement, fill(isAlive ? keep : begin, values))
  },
  requirement: (speech, { requirement, target }) =>
    withFreezes(speech, requirement, countedIn(speech, requirement).quantity(target)),
  endsUnlessContinued: true,
}

/** Writes what a streak is of, without how long it is: `lessons in a row, one a day`. */
export function streakText(speech: Speech, requirement: StreakRequirement): string {
  return withFreezes(speech, requirement, countedIn(speech, requirement).noun(several))
}

function withFreezes(speech: Speech, requirement: StreakRequirement, counted: string): string {
  const text = inARow(speech, requirement, counted)
  const { freezes } = requirement
  if (!freezes) return text
  const values = { text, n: speech.number(freezes.every), max: speech.number(freezes.max) }
  return fill(speech.in(templates).freezes, values)
}

function inARow(speech: Speech, requirement: StreakRequirement, text: string): string {
  const words = fill(speech.in(templates).inARow, { text, pace: paceText(speech, requirement) })
  return onDays(speech, requirement, words)
}

// Where a period takes one, the completions are counted: `7 lessons`. Otherwise the periods: `4 weeks`.
function countedIn(speech: Speech, requirement: StreakRequirement) {
  const { every, atLeast = 1 } = requirement
  const nouns = nounsOf(speech, requirement)
  if (atLeast === 1) {
    return {
      quantity: (n: number) => quantity(speech, n, ...nouns),
      noun: (n: number) => things(speech, n, nouns),
      share: (current: number, target: number) => share(speech, current, target, ...nouns),
    }
  }
  const periods = (n: number): string => periodsText(speech, n, every)
  return {
    quantity: periods,
    noun: (n: number) => periodNoun(speech, n, every),
    share: (current: number, target: number) =>
      fill(speech.phrases.ofTarget, { current: speech.number(current), things: periods(target) }),
  }
}

function paceText(speech: Speech, requirement: StreakRequirement): string {
  const { every, atLeast = 1 } = requirement
  const { pace, paceOf } = speech.in(templates)
  if (atLeast === 1) return pace[every]
  return fill(paceOf[every], { things: quantity(speech, atLeast, ...nounsOf(speech, requirement)) })
}

function onDays(speech: Speech, { on }: StreakRequirement, text: string): string {
  const days = weekdays.filter(day => on?.includes(day))
  if (days.length === 0 || days.length === weekdays.length) return text
  const names = days.map(day => weekdayText(speech, day))
  return fill(speech.phrases.onDays, { text, days: speech.list(names, 'and') })
}

function nounsOf(speech: Speech, requirement: StreakRequirement) {
  return categoryNouns(speech, requirement).map(({ noun }) => noun)
}
