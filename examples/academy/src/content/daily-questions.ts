import type { Question } from './course.js'

/** One is asked each day, in turn. */
export const dailyQuestions: readonly Question[] = [
  {
    text: 'What is the type of `[1, "a"]`?',
    options: ['(string | number)[]', '[number, string]', 'any[]'],
    answer: 0,
    why: 'Without `as const` a literal becomes a list, not a tuple.',
  },
  {
    text: 'What does `as const` do to an object?',
    options: ['Freezes it', 'Makes its type readonly and literal', 'Nothing'],
    answer: 1,
    why: 'It is about the type alone; nothing changes while the program runs.',
  },
  {
    text: 'Which of these is a type only?',
    options: ['class', 'enum', 'interface'],
    answer: 2,
    why: 'Classes and enums are values too; an interface is erased.',
  },
  {
    text: 'What is `keyof { a: 1; b: 2 }`?',
    options: ["'a' | 'b'", '1 | 2', 'string'],
    answer: 0,
    why: 'keyof gives the names of the properties.',
  },
  {
    text: 'What does `void` say of a callback?',
    options: ['It must return undefined', 'Nobody looks at what it returns', 'It never returns'],
    answer: 1,
    why: 'A function that returns something may stand where void is asked for.',
  },
  {
    text: 'Which is the widest type?',
    options: ['object', 'unknown', '{}'],
    answer: 1,
    why: 'Everything is unknown; {} leaves out null and undefined.',
  },
  {
    text: 'What is `NonNullable<string | null | undefined>`?',
    options: ['string', 'string | undefined', 'never'],
    answer: 0,
    why: 'It takes null and undefined out of a union.',
  },
]
