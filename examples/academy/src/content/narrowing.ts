import { type Course, code, note, text } from './course.js'

export const narrowing: Course = {
  id: 'narrowing',
  title: 'Unions and narrowing',
  summary:
    'One value, several shapes: how the compiler follows your ifs, and how to let it prove that none was forgotten.',
  icon: '/icons/fork.svg',
  minutes: 12,
  difficulty: 'medium',
  steps: [
    {
      id: 'unions',
      title: 'Either, or',
      blocks: [
        text(
          'A union says that a value is one of several types. Until you know which, you may do only what all of them allow.',
        ),
        code(
          `
function pad(text: string, by: string | number) {
  return by.repeat(2) + text
}`,
          [2339],
        ),
        text('Look first, and in each branch the compiler knows more. This is called **narrowing**.'),
        code(`
function pad(text: string, by: string | number) {
  if (typeof by === 'number') return ' '.repeat(by) + text
  return by + text
}`),
      ],
    },
    {
      id: 'guards',
      title: 'Ways to look',
      blocks: [
        text(
          '`typeof` tells the simple types apart, `instanceof` classes, `in` asks for a property, and `===` compares with a value. Leaving early narrows what comes after as well.',
        ),
        code(`
function hoursOf(when: Date | string | null) {
  if (when === null) return 0
  if (typeof when === 'string') return hoursOf(new Date(when))
  return when.getHours()
}`),
        note(
          'Beware of truth: `if (count)` leaves out `undefined`, and `0` too. Ask for what you mean: `if (count !== undefined)`.',
        ),
        text(
          'Where your own function looks, let its return type say so: `value is Cat` narrows for the caller. The compiler believes you there, so keep such functions short.',
        ),
        code(`
type Cat = { lives: number }

function isCat(value: unknown): value is Cat {
  return typeof value === 'object' && value !== null && 'lives' in value && typeof value.lives === 'number'
}

function count(pets: unknown[]) {
  return pets.filter(isCat).reduce((sum, cat) => sum + cat.lives, 0)
}`),
      ],
    },
    {
      id: 'discriminated',
      title: 'A label on each',
      blocks: [
        text(
          'The most useful union of all: objects that carry a label of a literal type. Look at the label, and the rest of the object is known.',
        ),
        code(`
type Loading = { status: 'loading' }
type Loaded = { status: 'loaded'; items: string[] }
type Failed = { status: 'failed'; reason: string }
type State = Loading | Loaded | Failed

function show(state: State): string {
  switch (state.status) {
    case 'loading':
      return 'One moment…'
    case 'loaded':
      return state.items.join(', ')
    case 'failed':
      return state.reason
  }
}`),
        text(
          'Compare it with `{ isLoading: boolean; items?: string[]; error?: string }`: that type allows loading with an error and items at once. The union cannot say what cannot be.',
        ),
      ],
    },
    {
      id: 'exhaustive',
      title: 'None forgotten',
      blocks: [
        text(
          'When every member of a union has been dealt with, what remains is `never`, the type without values. Ask for it in the last branch, and the compiler proves that you thought of all.',
        ),
        code(
          `
type Shape = { kind: 'circle'; radius: number } | { kind: 'square'; side: number }

function area(shape: Shape): number {
  switch (shape.kind) {
    case 'circle':
      return Math.PI * shape.radius ** 2
    default:
      return unreachable(shape)
  }
}

function unreachable(value: never): never {
  throw new TypeError(\`Unexpected: \${JSON.stringify(value)}\`)
}`,
          [2345],
        ),
        text(
          'The error names the square that was forgotten. Add a third shape next year, and every such place in the program lights up.',
        ),
      ],
    },
  ],
  quiz: [
    {
      text: 'What may you do with a `string | number` before narrowing?',
      options: ['What strings can', 'What both can', 'Anything'],
      answer: 1,
      why: 'It might be either, so only what is common is safe.',
    },
    {
      text: 'What is the type of `x` after this line?',
      code: `declare const x: string | null\nif (x === null) throw new Error('none')`,
      options: ['string', 'string | null', 'never'],
      answer: 0,
      why: 'The null case has left; what goes on is a string.',
    },
    {
      text: 'Which values does `if (count)` leave out, for `count: number | undefined`?',
      options: ['undefined', 'undefined and 0', 'undefined, 0 and NaN'],
      answer: 2,
      why: 'All three are falsy.',
    },
    {
      text: 'What makes a union discriminated?',
      options: ['A property of literal type in every member', 'A class for every member', 'A type guard'],
      answer: 0,
      why: 'The label tells the members apart, by comparing it.',
    },
    {
      text: 'Which type has no values?',
      options: ['void', 'undefined', 'never'],
      answer: 2,
      why: 'never is what remains when nothing is left.',
    },
  ],
}
