import { type Course, code, note, text } from './course.js'

export const typeLevel: Course = {
  id: 'type-level',
  title: 'Programming with types',
  summary:
    'Types that are computed: mapped, conditional and inferred. The harder course, for those who did the others.',
  icon: '/icons/mountain.svg',
  minutes: 18,
  difficulty: 'hard',
  unlock: 'type-level-course',
  steps: [
    {
      id: 'mapped',
      title: 'A loop over properties',
      blocks: [
        text(
          'A **mapped type** goes through keys and writes a property for each. This is how `Partial` and `Readonly` are made, and you can make your own.',
        ),
        code(`
type Flags<Settings> = { [Key in keyof Settings]: boolean }

type Editor = { theme: string; fontSize: number }

const touched: Flags<Editor> = { theme: true, fontSize: false }`),
        text(
          '`as` gives the keys new names, and `never` there leaves a key out. `-?` and `-readonly` take marks away.',
        ),
        code(`
type Getters<T> = {
  [Key in keyof T & string as \`get\${Capitalize<Key>}\`]-?: () => T[Key]
}

type Person = { name: string }

const person: Getters<Person> = { getName: () => 'Grace' }`),
      ],
    },
    {
      id: 'conditional',
      title: 'An if for types',
      blocks: [
        text(
          '`A extends B ? X : Y` asks whether every `A` is a `B`. With a bare type parameter in front, a union is asked **member by member**, and the answers are joined.',
        ),
        code(`
type Textual<T> = T extends string ? T : never

type Kept = Textual<'a' | 1 | 'b'> // 'a' | 'b'

const kept: Kept = 'a'`),
        text('Sometimes you do not want that. Put both sides in brackets, and the union is asked as a whole.'),
        code(`
type IsText<T> = [T] extends [string] ? true : false

const no: IsText<string | number> = false`),
        note('`never` is the union without members: asked member by member, it answers `never`.'),
      ],
    },
    {
      id: 'infer',
      title: 'Catching a part',
      blocks: [
        text(
          'Inside the question, `infer` gives a name to a part of the type. Read it as a pattern: a function that returns something, a promise of something, a list of something.',
        ),
        code(`
type Result<F> = F extends (...args: never[]) => infer R ? R : never
type Inner<P> = P extends Promise<infer Value> ? Inner<Value> : P

type A = Result<() => number> // number
type B = Inner<Promise<Promise<string>>> // string

const a: A = 3
const b: B = 'deep'`),
        text('A type may use itself, as `Inner` does: that is the loop of this language.'),
      ],
    },
    {
      id: 'template',
      title: 'Texts that are types',
      blocks: [
        text(
          'Template literal types take texts apart and put them together. Here is a router that knows its parameters.',
        ),
        code(`
type Params<Path extends string> = Path extends \`\${string}:\${infer Name}/\${infer Rest}\`
  ? Name | Params<Rest>
  : Path extends \`\${string}:\${infer Name}\`
    ? Name
    : never

function link<Path extends string>(path: Path, params: Record<Params<Path>, string>): string {
  return path.replace(/:(\\w+)/g, (_, name) => (params as Record<string, string>)[name] ?? '')
}

link('/users/:id/posts/:post', { id: '7', post: 'hello' })`),
        code(
          `
type Params<Path extends string> = Path extends \`\${string}:\${infer Name}\` ? Name : never

declare function link<Path extends string>(path: Path, params: Record<Params<Path>, string>): string

link('/users/:id', { name: '7' })`,
          [2353],
        ),
      ],
    },
    {
      id: 'restraint',
      title: 'Knowing when to stop',
      blocks: [
        text(
          'A type is read more often than written, and its errors are read by people who did not write it. Before you compute a type, try to write it down; before you write a clever one, try a union.',
        ),
        code(`
// What for? The plain list says it, and its errors do too.
type Method = 'get' | 'put' | 'post' | 'delete'

const method = 'put' satisfies Method`),
        text(
          '`satisfies` checks a value against a type and keeps the finer type of the value. Often it is all the cleverness you need.',
        ),
      ],
    },
  ],
  quiz: [
    {
      text: 'What is `T`?',
      code: `type Textual<X> = X extends string ? X : never\ntype T = Textual<'a' | 2>`,
      options: ["'a'", "'a' | 2", 'never'],
      answer: 0,
      why: 'The union is asked member by member, and never disappears from a union.',
    },
    {
      text: 'What does `as never` do to a key in a mapped type?',
      options: ['Leaves it out', 'Makes it optional', 'Makes its value never'],
      answer: 0,
      why: 'A key that is mapped to never is dropped.',
    },
    {
      text: 'How do you ask a union as a whole?',
      options: ['[T] extends [U]', 'T extends U[]', 'keyof T extends U'],
      answer: 0,
      why: 'In brackets the parameter is no longer bare, so nothing is distributed.',
    },
    {
      text: 'What is `R` in `F extends () => infer R ? R : never`?',
      options: ['A constraint', 'A name for what the function returns', 'A default'],
      answer: 1,
      why: 'infer catches the part that stands in its place.',
    },
    {
      text: 'What does `satisfies` keep that an annotation loses?',
      options: ['The finer type of the value', 'The name of the type', 'Nothing'],
      answer: 0,
      why: 'It checks, and leaves the inferred type as it is.',
    },
  ],
}
