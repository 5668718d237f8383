import { type Course, code, note, text } from './course.js'

export const objects: Course = {
  id: 'objects',
  title: 'The shape of things',
  summary: 'Describe objects so that the compiler knows what is in them, what may be missing and what must not change.',
  icon: '/icons/box.svg',
  minutes: 10,
  difficulty: 'easy',
  steps: [
    {
      id: 'object-types',
      title: 'Describing an object',
      blocks: [
        text(
          'An object type lists the properties and their types. Give it a name with `type` or with `interface`; for plain objects either will do.',
        ),
        code(`
type Book = {
  title: string
  pages: number
}

const novel: Book = { title: 'Middlemarch', pages: 880 }`),
        text(
          'TypeScript compares **shapes**, not names. Whatever has a title and pages is a `Book`, whoever made it and whatever else is in it.',
        ),
        code(`
type Book = { title: string; pages: number }

const found = { title: 'Emma', pages: 474, shelf: 'B12' }
const book: Book = found`),
      ],
    },
    {
      id: 'excess',
      title: 'A typo in a literal',
      blocks: [
        text(
          'There is one place where more is too much: an object written out right where its type is known. A property that the type does not have is most likely a typo there.',
        ),
        code(
          `
type Options = { colour?: string; width?: number }

const options: Options = { color: 'teal' }`,
          [2561],
        ),
        text(
          'The check looks at fresh literals only. It is a spelling aid and no promise: a value that came by way of a variable may carry more than its type says.',
        ),
      ],
    },
    {
      id: 'optional-readonly',
      title: 'May be missing, must not change',
      blocks: [
        text(
          'A question mark makes a property optional: reading it gives its type or `undefined`, and the compiler asks you to think of both.',
        ),
        code(
          `
type Profile = { readonly id: string; nickname?: string }

function greet(profile: Profile) {
  profile.id = 'other'
  return profile.nickname.trim()
}`,
          [2540, 18048],
        ),
        code(`
type Profile = { readonly id: string; nickname?: string }

function greet({ id, nickname }: Profile) {
  return nickname?.trim() ?? id
}`),
        note(
          '`readonly` is a promise about this name, kept by the compiler alone. `Object.freeze` is what keeps it while the program runs.',
        ),
      ],
    },
    {
      id: 'from-types',
      title: 'Types from types',
      blocks: [
        text(
          'Write each shape once and derive the others. `keyof` lists the names of the properties, `T["title"]` is the type of one, and a few helpers come with the language.',
        ),
        code(`
type Book = { id: string; title: string; pages: number }

type Field = keyof Book // 'id' | 'title' | 'pages'
type Pages = Book['pages'] // number
type Draft = Omit<Book, 'id'>
type Patch = Partial<Draft>

const change: Patch = { pages: 310 }`),
        text('Add a property to `Book` and all of them follow. Nothing is written twice, so nothing can drift apart.'),
      ],
    },
  ],
  quiz: [
    {
      text: 'When are two object types compatible?',
      options: ['When they have the same name', 'When their shapes fit', 'When one extends the other'],
      answer: 1,
      why: 'TypeScript is structural: what has the properties fits.',
    },
    {
      text: 'Which of these is an error?',
      code: `type P = { x: number }\nconst wide = { x: 1, y: 2 }\nconst a: P = wide\nconst b: P = { x: 1, y: 2 }`,
      options: ['a', 'b', 'Both', 'Neither'],
      answer: 1,
      why: 'Only a fresh literal is checked for properties that the type does not have.',
    },
    {
      text: 'What is the type of `user.age` for `type User = { age?: number }` in strict mode?',
      options: ['number', 'number | undefined', 'number | null'],
      answer: 1,
      why: 'What is optional may be missing, and reading what is missing gives undefined.',
    },
    {
      text: 'Which type has the properties of `Book` but for `id`?',
      options: ["Pick<Book, 'id'>", "Omit<Book, 'id'>", "Exclude<Book, 'id'>"],
      answer: 1,
      why: 'Omit leaves properties out; Exclude takes members out of a union.',
    },
    {
      text: 'Who keeps the promise of `readonly` while the program runs?',
      options: ['Nobody', 'The engine', 'The compiler'],
      answer: 0,
      why: 'It is erased with all types; the compiler keeps it beforehand.',
    },
  ],
}
