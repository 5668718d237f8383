/** A part of a lesson: a paragraph (with `code` and **strong** words), code, or a remark beside the way. */
export type Block =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'code'
      readonly code: string
      /** The numbers of the errors that the compiler reports in it; none when left out. A test holds them to it. */
      readonly errors: readonly number[]
    }
  | { readonly type: 'note'; readonly text: string }

/** One page of a course. */
export type Step = { readonly id: string; readonly title: string; readonly blocks: readonly Block[] }

/** A question with its answer: the answer never leaves the server before it was given. */
export type Question = {
  readonly text: string
  readonly code?: string
  readonly options: readonly string[]
  /** The place of the right option, from 0. */
  readonly answer: number
  /** Why it is that one. */
  readonly why: string
}

export type Course = {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly icon: string
  readonly minutes: number
  readonly difficulty: 'easy' | 'medium' | 'hard'
  /** What a learner must have unlocked to read it. */
  readonly unlock?: 'type-level-course'
  readonly steps: readonly Step[]
  readonly quiz: readonly Question[]
}

/** Something to do by oneself, task after task. */
export type Workflow = {
  readonly id: string
  readonly title: string
  readonly summary: string
  readonly icon: string
  readonly tasks: readonly { readonly id: string; readonly title: string; readonly blocks: readonly Block[] }[]
}

/** Writes a paragraph. */
export function text(words: string): Block {
  return { type: 'text', text: words }
}

/** Writes a remark. */
export function note(words: string): Block {
  return { type: 'note', text: words }
}

/** Shows code that compiles, or fails with these errors of the compiler. */
export function code(source: string, errors: readonly number[] = []): Block {
  return { type: 'code', code: source.replace(/^\n/, '').trimEnd(), errors }
}
