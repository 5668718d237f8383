import { type Course, code, note, text } from './course.js'

export const generics: Course = {
  id: 'generics',
  title: 'Generics that read well',
  summary: 'Functions that work for many types and forget none of them.',
  icon: '/icons/braces.svg',
  minutes: 12,
  difficulty: 'medium',
  steps: [
    {
      id: 'type-parameters',
      title: 'What goes in comes out',
      blocks: [
        text(
          'Take the first of a list. With `unknown` the function works for all lists, and forgets what was in them. A **type parameter** remembers.',
        ),
        code(`
function first<Item>(list: readonly Item[]): Item | undefined {
  return list[0]
}

const letter = first(['a', 'b']) // string | undefined
const figure = first([1, 2, 3]) // number | undefined`),
        text(
          'You hardly ever write `first<string>(…)`: the compiler infers `Item` from what you pass. Give parameters a name that says what they stand for; `T` is fine where there is nothing to say.',
        ),
      ],
    },
    {
      id: 'constraints',
      title: 'Not just anything',
      blocks: [
        text('A bare type parameter can be anything, so little may be done with it. `extends` asks for more.'),
        code(`
function longest<Value extends { length: number }>(a: Value, b: Value): Value {
  return a.length >= b.length ? a : b
}

longest('short', 'longer')
longest([1, 2], [3])`),
        code(
          `
function longest<Value extends { length: number }>(a: Value, b: Value): Value {
  return a.length >= b.length ? a : b
}

longest(3, 4)`,
          [2345],
        ),
        note('It is still the type that you passed that comes back, not the constraint: a `string` stays a `string`.'),
      ],
    },
    {
      id: 'keys',
      title: 'Keys and what lies under them',
      blocks: [
        text(
          'Two parameters that know each other make the classic example: a key that the object really has, and the very type that lies under it.',
        ),
        code(`
function pluck<Row, Key extends keyof Row>(rows: readonly Row[], key: Key): Row[Key][] {
  return rows.map(row => row[key])
}

const people = [{ name: 'Ada', born: 1815 }]
const years: number[] = pluck(people, 'born')`),
        code(
          `
function pluck<Row, Key extends keyof Row>(rows: readonly Row[], key: Key): Row[Key][] {
  return rows.map(row => row[key])
}

pluck([{ name: 'Ada', born: 1815 }], 'bron')`,
          [2345],
        ),
      ],
    },
    {
      id: 'when-not',
      title: 'When to do without',
      blocks: [
        text(
          'A type parameter relates two places. If it stands in one place only, it relates nothing, and a plain type says the same with less.',
        ),
        code(`
// Says no more than (items: readonly unknown[])
function countAll<Item>(items: readonly Item[]): number {
  return items.length
}

function count(items: readonly unknown[]): number {
  return items.length
}`),
        text(
          'And one that stands in the result alone is a cast in disguise: the caller says what comes, and nobody checks.',
        ),
        code(`
function load<Result>(json: string): Result {
  return JSON.parse(json) as Result // whatever you say
}

const wrong = load<Date>('"not a date"')`),
        note('Rule of thumb: each type parameter appears at least twice, once of them among the parameters.'),
      ],
    },
  ],
  quiz: [
    {
      text: 'What is the type of the result?',
      code: `declare function first<T>(list: T[]): T | undefined\nfirst([true, false])`,
      options: ['unknown', 'boolean | undefined', 'true | undefined'],
      answer: 1,
      why: 'T is inferred from the elements as boolean.',
    },
    {
      text: 'What does `extends` mean in `<T extends { id: string }>`?',
      options: ['T becomes { id: string }', 'T has at least an id of type string', 'T is a class'],
      answer: 1,
      why: 'It is a lower bound on what is known; T stays the type that was passed.',
    },
    {
      text: 'What is `Row[Key]`?',
      options: ['The type of the property Key', 'A list of rows', 'An error'],
      answer: 0,
      why: 'It is an indexed access type: what lies under that key.',
    },
    {
      text: 'How often should a type parameter appear at least?',
      options: ['Once', 'Twice', 'Three times'],
      answer: 1,
      why: 'It relates places to each other, and that takes two.',
    },
    {
      text: 'What is wrong with `load<Result>(json: string): Result`?',
      options: ['It does not compile', 'Nobody checks what the caller claims', 'It is slow'],
      answer: 1,
      why: 'A parameter in the result alone is a cast in disguise.',
    },
  ],
}
