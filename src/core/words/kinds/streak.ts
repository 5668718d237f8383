import type { StreakRequirement } from '../../metrics/kinds/streak.js'
import { fill } from '../fill.js'
import { categoryNouns, type KindWords } from '../kind-words.js'
import type { ByLanguage } from '../language.js'
import { quantity, type Speech, share, things } from '../speech.js'

type StreakTemplates = Readonly<
  Record<'inARow' | 'keep' | 'begin', string> & { pace: Record<StreakRequirement['every'], string> }
>

const templates: ByLanguage<StreakTemplates> = {
  en: {
    inARow: '{text} in a row, {pace}',
    keep: 'keep your streak: {n} more {thing} in a row, {pace}',
    begin: 'start a streak: {things} in a row, {pace}',
    pace: { day: 'one a day', week: 'one a week', month: 'one a month' },
  },
  de: {
    inARow: '{text} in Folge, {pace}',
    keep: 'halte deine Serie: noch {things} in Folge, {pace}',
    begin: 'beginne eine Serie: {things} in Folge, {pace}',
    pace: { day: '1 pro Tag', week: '1 pro Woche', month: '1 pro Monat' },
  },
  fr: {
    inARow: '{text} de suite, {pace}',
    keep: 'continue ta série : encore {things} de suite, {pace}',
    begin: 'commence une série : {things} de suite, {pace}',
    pace: { day: '1 par jour', week: '1 par semaine', month: '1 par mois' },
  },
  es: {
    inARow: '{text} sin interrupción, {pace}',
    keep: 'mantén tu racha: {things} más sin interrupción, {pace}',
    begin: 'empieza una racha: {things} sin interrupción, {pace}',
    pace: { day: '1 al día', week: '1 a la semana', month: '1 al mes' },
  },
  'pt-BR': {
    inARow: '{text} em sequência, {pace}',
    keep: 'mantenha sua sequência: mais {things}, {pace}',
    begin: 'comece uma sequência: {things}, {pace}',
    pace: { day: '1 por dia', week: '1 por semana', month: '1 por mês' },
  },
  ar: {
    inARow: '{text} على التوالي، {pace}',
    keep: 'حافظ على سلسلتك: {things} أيضًا على التوالي، {pace}',
    begin: 'ابدأ سلسلة: {things} على التوالي، {pace}',
    pace: { day: 'مرة كل يوم', week: 'مرة كل أسبوع', month: 'مرة كل شهر' },
  },
}

/** What is said about periods in a row. */
export const streakWords: KindWords<StreakRequirement> = {
  part: (speech, { requirement, current, target }) =>
    inARow(speech, requirement, share(speech, current, target, ...nounsOf(speech, requirement))),
  next: (speech, { requirement, current, target, remaining }) => {
    const { keep, begin, pace } = speech.in(templates)
    const isAlive = current > 0
    const n = isAlive ? remaining : target
    const nouns = nounsOf(speech, requirement)
    const values = { n: speech.number(n), thing: things(speech, n, nouns), things: quantity(speech, n, ...nouns) }
    return fill(isAlive ? keep : begin, { ...values, pace: pace[requirement.every] })
  },
  requirement: (speech, { requirement, target }) =>
    inARow(speech, requirement, quantity(speech, target, ...nounsOf(speech, requirement))),
  endsUnlessContinued: true,
}

function inARow(speech: Speech, { every }: StreakRequirement, text: string): string {
  const templatesHere = speech.in(templates)
  return fill(templatesHere.inARow, { text, pace: templatesHere.pace[every] })
}

function nounsOf(speech: Speech, requirement: StreakRequirement) {
  return categoryNouns(speech, requirement).map(({ noun }) => noun)
}
