import type { PeriodUnit } from '../time/period.js'
import type { ByLanguage } from './language.js'

/** The templates of one language about boards. `things` is a label, in the plural. */
export type BoardPhrases = Readonly<
  Record<'points' | 'badges' | 'most' | 'total' | 'mostInOneGo' | 'highest' | 'fewest' | 'lowest' | 'streak', string>
> & {
  /** When a board starts again. `day`: the day of the week on which weeks start. */
  readonly again: Readonly<Record<PeriodUnit, string>>
  readonly bySeason: string
  /** How many more seasons there are than are named. */
  readonly others: string
}

/** The templates about boards in every language. */
export const boardPhrases: ByLanguage<BoardPhrases> = {
  en: {
    points: 'most points',
    badges: 'most badges',
    most: 'most {things}',
    total: 'highest total with {categories}',
    mostInOneGo: '{categories}: most {things} in one go',
    highest: '{categories}: highest value',
    fewest: '{categories}: fewest {things}',
    lowest: '{categories}: lowest value',
    streak: 'longest streak: {text}',
    again: {
      day: '{text}, starting again every day',
      week: '{text}, starting again every {day}',
      month: '{text}, starting again every month',
      year: '{text}, starting again every year',
    },
    bySeason: '{text}, by season ({zone}): {list}',
    others: '{n} more',
  },
  de: {
    points: 'die meisten Punkte',
    badges: 'die meisten Abzeichen',
    most: 'die meisten {things}',
    total: 'höchste Summe durch {categories}',
    mostInOneGo: '{categories}: die meisten {things} auf einmal',
    highest: '{categories}: höchster Wert',
    fewest: '{categories}: die wenigsten {things}',
    lowest: '{categories}: niedrigster Wert',
    streak: 'längste Serie: {text}',
    again: {
      day: '{text}, jeden Tag neu',
      week: '{text}, jeden {day} neu',
      month: '{text}, jeden Monat neu',
      year: '{text}, jedes Jahr neu',
    },
    bySeason: '{text}, nach Saison ({zone}): {list}',
    others: '{n} weitere',
  },
  fr: {
    points: 'le plus de points',
    badges: 'le plus de badges',
    // Not "le plus de": it would be "d’" before some labels.
    most: 'le plus grand nombre : {things}',
    total: 'le plus grand total avec : {categories}',
    mostInOneGo: '{categories} : le plus grand nombre en une fois ({things})',
    highest: '{categories} : la valeur la plus haute',
    fewest: '{categories} : le plus petit nombre ({things})',
    lowest: '{categories} : la valeur la plus basse',
    streak: 'la plus longue série : {text}',
    again: {
      day: '{text}, remis à zéro chaque jour',
      week: '{text}, remis à zéro chaque {day}',
      month: '{text}, remis à zéro chaque mois',
      year: '{text}, remis à zéro chaque année',
    },
    bySeason: '{text}, par saison ({zone}) : {list}',
    others: '{n} autres',
  },
  es: {
    points: 'mayor número de puntos',
    badges: 'mayor número de insignias',
    most: 'mayor número de {things}',
    total: 'mayor suma con {categories}',
    mostInOneGo: '{categories}: mayor número de {things} de una vez',
    highest: '{categories}: valor más alto',
    fewest: '{categories}: menor número de {things}',
    lowest: '{categories}: valor más bajo',
    streak: 'racha más larga: {text}',
    again: {
      day: '{text}, de nuevo cada día',
      week: '{text}, de nuevo cada {day}',
      month: '{text}, de nuevo cada mes',
      year: '{text}, de nuevo cada año',
    },
    bySeason: '{text}, por temporada ({zone}): {list}',
    others: '{n} más',
  },
  'pt-BR': {
    points: 'maior número de pontos',
    badges: 'maior número de medalhas',
    most: 'maior número de {things}',
    total: 'maior soma com {categories}',
    mostInOneGo: '{categories}: maior número de {things} de uma vez',
    highest: '{categories}: maior valor',
    fewest: '{categories}: menor número de {things}',
    lowest: '{categories}: menor valor',
    streak: 'maior sequência: {text}',
    again: {
      day: '{text}, recomeçando a cada dia',
      week: '{text}, recomeçando a cada {day}',
      month: '{text}, recomeçando a cada mês',
      year: '{text}, recomeçando a cada ano',
    },
    bySeason: '{text}, por temporada ({zone}): {list}',
    others: 'mais {n}',
  },
  ar: {
    points: 'أكبر عدد من النقاط',
    badges: 'أكبر عدد من الشارات',
    most: 'أكبر عدد: {things}',
    total: 'أكبر مجموع من خلال {categories}',
    mostInOneGo: '{categories}: أكبر عدد دفعة واحدة ({things})',
    highest: '{categories}: أعلى قيمة',
    fewest: '{categories}: أقل عدد ({things})',
    lowest: '{categories}: أدنى قيمة',
    streak: 'أطول سلسلة: {text}',
    again: {
      day: '{text}، من جديد كل يوم',
      week: '{text}، من جديد كل أسبوع يوم {day}',
      month: '{text}، من جديد كل شهر',
      year: '{text}، من جديد كل سنة',
    },
    bySeason: '{text}، حسب الموسم ({zone}): {list}',
    others: '{n} أخرى',
  },
}
