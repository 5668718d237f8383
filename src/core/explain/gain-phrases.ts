import type { CutReason } from '../awards/limits.js'
import type { ByLanguage } from '../words/language.js'

/** The templates for where points come from, in an explanation. Like all of its lines, they show ids as they are stored. */
export type GainPhrases = {
  /** The level that a user keeps. */
  readonly keptLevel: string
  readonly gains: string
  readonly adjusted: string
  readonly cut: string
  readonly cutReasons: Readonly<Record<CutReason, string>>
  readonly boosted: string
}

/** The lines about points in every language. */
export const gainPhrases: ByLanguage<GainPhrases> = {
  en: {
    keptLevel: 'Kept: {text}',
    gains: 'From: {badges} from badges, {completions} from completions. Most from: {list}',
    adjusted: 'Adjusted manually: {points}',
    cut: 'Less than offered: {list}',
    cutReasons: {
      cap: 'over the limit',
      cooldown: 'within the cooldown',
      once: 'of something that gave points before',
      'not-better': 'not better than before',
    },
    boosted: 'Boosted: {things}',
  },
  de: {
    keptLevel: 'Behalten: {text}',
    gains: 'Davon {badges} aus Abzeichen, {completions} aus Aktivitäten. Am meisten durch: {list}',
    adjusted: 'Manuell angepasst: {points}',
    cut: 'Weniger als angeboten: {list}',
    cutReasons: {
      cap: 'über dem Limit',
      cooldown: 'in der Wartezeit',
      once: 'für etwas, das schon Punkte gab',
      'not-better': 'nicht besser als zuvor',
    },
    boosted: 'Mit Bonusfaktor: {things}',
  },
  fr: {
    keptLevel: 'Conservé : {text}',
    gains: 'Dont {badges} par les badges, {completions} par les activités. Surtout : {list}',
    adjusted: 'Ajustement manuel : {points}',
    cut: 'Moins que prévu : {list}',
    cutReasons: {
      cap: 'au-delà de la limite',
      cooldown: 'pendant le délai d’attente',
      once: 'pour ce qui avait déjà rapporté des points',
      'not-better': 'pas mieux qu’avant',
    },
    boosted: 'Avec multiplicateur : {things}',
  },
  es: {
    keptLevel: 'Conservado: {text}',
    gains: 'De ellos {badges} por insignias, {completions} por actividades. Sobre todo: {list}',
    adjusted: 'Ajuste manual: {points}',
    cut: 'Menos de lo ofrecido: {list}',
    cutReasons: {
      cap: 'por encima del límite',
      cooldown: 'durante el tiempo de espera',
      once: 'por algo que ya había dado puntos',
      'not-better': 'no mejor que antes',
    },
    boosted: 'Con multiplicador: {things}',
  },
  'pt-BR': {
    keptLevel: 'Mantido: {text}',
    gains: 'Sendo {badges} de medalhas, {completions} de atividades. Principalmente: {list}',
    adjusted: 'Ajuste manual: {points}',
    cut: 'Menos que o oferecido: {list}',
    cutReasons: {
      cap: 'acima do limite',
      cooldown: 'durante o tempo de espera',
      once: 'por algo que já tinha dado pontos',
      'not-better': 'não melhor que antes',
    },
    boosted: 'Com multiplicador: {things}',
  },
  ar: {
    keptLevel: 'محفوظ: {text}',
    gains: 'منها {badges} من الشارات و{completions} من الأنشطة. أكثرها من: {list}',
    adjusted: 'تعديل يدوي: {points}',
    cut: 'أقل من المعروض: {list}',
    cutReasons: {
      cap: 'فوق الحد',
      cooldown: 'ضمن مدة الانتظار',
      once: 'لشيء منح نقاطًا من قبل',
      'not-better': 'ليس أفضل من قبل',
    },
    boosted: 'بمضاعِف: {things}',
  },
}
