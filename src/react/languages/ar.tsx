import type { Texts } from '../texts.js'

type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>

const points: Forms = { one: 'نقطة واحدة', two: 'نقطتان', few: 'نقاط', other: 'نقطة' }
const badges: Forms = { one: 'شارة جديدة!', two: 'شارتان جديدتان', few: 'شارات جديدة', other: 'شارة جديدة' }
const units: Readonly<Record<'day' | 'week' | 'month', Forms>> = {
  day: { few: 'أيام متتالية', other: 'يومًا متتاليًا', zero: 'يوم متتالٍ', one: 'يوم متتالٍ', two: 'يومان متتاليان' },
  week: {
    few: 'أسابيع متتالية',
    other: 'أسبوعًا متتاليًا',
    zero: 'أسبوع متتالٍ',
    one: 'أسبوع متتالٍ',
    two: 'أسبوعان متتاليان',
  },
  month: {
    few: 'أشهر متتالية',
    other: 'شهرًا متتاليًا',
    zero: 'شهر متتالٍ',
    one: 'شهر متتالٍ',
    two: 'شهران متتاليان',
  },
}
const rules = new Intl.PluralRules('ar')
const formOf = (count: number, forms: Forms): string => forms[rules.select(count)] ?? forms.other
// One and two of something are said by the word alone.
const counted = (count: number, written: string, forms: Forms): string =>
  count === 1 || count === 2 ? formOf(count, forms) : `${written} ${formOf(count, forms)}`

/** The texts in Arabic. Set `dir="rtl"` on the page: the components follow it. */
export const arabic: Texts = {
  language: 'ar',
  rarity: { common: 'شائعة', rare: 'نادرة', epic: 'ملحمية', legendary: 'أسطورية' },
  hidden: 'شارة مخفية',
  locked: 'مقفلة',
  upcoming: 'غير متاحة بعد',
  over: 'لم تعد متاحة',
  full: 'مُنحت كلها',
  revoked: 'سُحبت',
  earned: when => <>حصلت عليها {when}</>,
  expires: when => <>تنتهي صلاحيتها {when}</>,
  expired: when => <>انتهت صلاحيتها {when}</>,
  ofTarget: (current, target) => `${current} من ${target}`,
  aboveTarget: (current, target) => `${current}، الهدف ${target}`,
  earnedBy: share => `حصل عليها ${share}`,
  points: (count, written) => counted(count, written, points),
  level: (level, name) => `المستوى ${level}${name ? `: ${name}` : ''}`,
  toNextLevel: (points, level) => `${points} حتى المستوى ${level}`,
  highestLevel: 'أعلى مستوى',
  inARow: (count, unit) => formOf(count, units[unit]),
  bestStreak: written => `الأفضل: ${written}`,
  streakEnds: when => <>تنتهي {when} إن لم تواصل</>,
  noStreak: 'لا سلسلة حاليًا. خطوة واحدة تبدأ سلسلة.',
  freezes: (left, used) => `تجميد السلسلة: المتبقي ${left}، المستخدم ${used}`,
  nextFreeze: written => `التجميد التالي بعد ${written} أخرى`,
  done: (done, all) => `أنهيت ${done} من ${all}`,
  allDone: 'أنهيتها كلها',
  isDone: 'تم',
  isOpen: 'متبقٍ',
  rank: 'الترتيب',
  user: 'الاسم',
  pointsHead: 'النقاط',
  levelHead: 'المستوى',
  you: 'أنت',
  board: 'لوحة الصدارة',
  debt: 'ما ستكسبه لاحقًا يسدد هذا الدين.',
  newBadges: (count, written) => counted(count, written, badges),
  plusPoints: written => `+${written}`,
  newLevel: (level, name) => `أنت الآن في المستوى ${level}${name ? `: ${name}` : ''}`,
  dismiss: 'إغلاق',
  whyNot: 'لم تحصل عليها بعد. هذا ما يلزم:',
  revokedBecause: reason => `سُحبت: ${reason}`,
  nextStep: 'الخطوة التالية',
  next: ({ text }) => text,
  part: ({ text }) => text,
  loading: 'جارٍ التحميل',
  noBadges: 'لا شارات بعد. أكمل خطوة لتحصل على شارة.',
  noMilestone: 'هذا الهدف غير موجود أو مخفي.',
  noLeaders: 'لا نقاط بعد.',
  failed: 'تعذر التحميل.',
  retry: 'إعادة المحاولة',
  offline: 'أنت غير متصل. قد تكون هذه المعلومات قديمة.',
  offlineEmpty: 'أنت غير متصل. سيُحمَّل هذا لاحقًا.',
}
