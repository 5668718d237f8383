import type { Figure } from './figure.js'
import type { Lab } from './lab.js'

/** Measures figures that share their preparation. */
export type Study = {
  /** The names of its figures, by which `--only` chooses. */
  readonly names: readonly string[]
  readonly measure: (lab: Lab) => Promise<readonly Figure[]>
}

/** Makes a study of a single figure. */
export function studyOf(name: string, measure: (lab: Lab) => Promise<Figure>): Study {
  return { names: [name], measure: async lab => [await measure(lab)] }
}
