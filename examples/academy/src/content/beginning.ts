import { type Course, code, note, text } from './course.js'

export const firstTypes: Course = {
  id: 'first-types',
  title: 'Your first types',
  summary: 'What a type is, where to write one, and where to let the compiler find it.',
  icon: '/icons/seedling.svg',
  minutes: 8,
  difficulty: 'easy',
  steps: [
    {
      id: 'why-types',
      title: 'Why types',
      blocks: [
        text(
          'JavaScript finds out what is wrong when it runs. TypeScript reads the same program beforehand and tells you what cannot be right. A **type** is the set of values that a name may hold: `number` is every number, `boolean` is just `true` and `false`.',
        ),
        code(
          `
const price = 12
price.toUpperCase()`,
          [2339],
        ),
        text(
          'Nobody ran this. The compiler knows that `price` is a number, and that numbers have no `toUpperCase`. The error comes while you type, not when a customer presses the button.',
        ),
        note('Types are gone once the program is compiled. What runs is plain JavaScript, no slower than before.'),
      ],
    },
    {
      id: 'annotations',
      title: 'Say it, or let it be found',
      blocks: [
        text(
          'You write a type after a colon. Most of the time you need not: where there is a value, the compiler **infers** the type from it.',
        ),
        code(`
const city: string = 'Oslo' // said
const country = 'Norway' // inferred

let visits = 0 // number
visits += 1`),
        text(
          'Say the types of **parameters**: nothing stands there to infer them from. What a function returns can be inferred, and saying it guards you against returning something else by mistake.',
        ),
        code(`
function total(prices: number[], discount: number): number {
  const sum = prices.reduce((a, b) => a + b, 0)
  return sum * (1 - discount)
}

total([10, 20], 0.1)`),
      ],
    },
    {
      id: 'literal-types',
      title: 'Types of one value',
      blocks: [
        text(
          'A value is a type too. `"small"` is the type whose one value is the text small. Joined with `|`, such types list what is allowed, and the editor offers the list.',
        ),
        code(
          `
type Size = 'small' | 'medium' | 'large'

function order(size: Size) {
  return \`One \${size} coffee\`
}

order('medium')
order('huge')`,
          [2345],
        ),
        text(
          'This is why `const` and `let` differ. A `const` never changes, so `const size = "small"` has the type `"small"`. A `let` may, so its type is `string`.',
        ),
        code(`
type Size = 'small' | 'medium' | 'large'

const fixed = 'small'
const chosen: Size = fixed`),
      ],
    },
    {
      id: 'any-unknown',
      title: 'Not knowing, honestly',
      blocks: [
        text(
          '`any` switches the compiler off: everything may be done with it, and every mistake with it runs. `unknown` is the honest word for “could be anything”: you may hold it and pass it on, and must look before you use it.',
        ),
        code(
          `
function shout(value: unknown) {
  return value.toUpperCase()
}`,
          [18046],
        ),
        code(`
function shout(value: unknown) {
  if (typeof value === 'string') return value.toUpperCase()
  return 'WHAT?'
}`),
        note(
          '`JSON.parse` returns `any`. Write `const data: unknown = JSON.parse(text)` and the compiler watches again.',
        ),
      ],
    },
  ],
  quiz: [
    {
      text: 'What is left of the types when the program runs?',
      options: ['Nothing', 'A check before every call', 'The types of parameters only'],
      answer: 0,
      why: 'Types are erased. What runs is JavaScript.',
    },
    {
      text: 'Which type does the compiler find for `size`?',
      code: `const size = 'small'`,
      options: ['string', '"small"', 'any'],
      answer: 1,
      why: 'A const never changes, so its type is the one value that it holds.',
    },
    {
      text: 'Where do you have to write a type yourself?',
      options: ['On every variable', 'On what a function returns', 'On parameters'],
      answer: 2,
      why: 'A parameter has no value that its type could be inferred from.',
    },
    {
      text: 'What may you do with a value of type `unknown` before looking at it?',
      options: ['Call its methods', 'Pass it on', 'Nothing at all'],
      answer: 1,
      why: 'It may be held and handed on; to use it, narrow it first.',
    },
    {
      text: 'Does this compile?',
      code: `type Size = 'small' | 'large'\nlet picked = 'small'\nconst size: Size = picked`,
      options: ['Yes', 'No: `picked` is a string'],
      answer: 1,
      why: 'A let may change, so `picked` is inferred as string, which is wider than Size.',
    },
  ],
}
