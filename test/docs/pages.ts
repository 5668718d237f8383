import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A block of code in a page. A complete file says its path in its first line, in a comment. */
export type Block = {
  readonly page: string
  readonly language: string
  readonly path: string | null
  readonly text: string
}

/** The pages that tell how to build something, by their paths below `docs`. */
export const guides: readonly string[] = ['guides', 'recipes'].flatMap(folder =>
  readdirSync(join(root, 'docs', folder)).map(name => `${folder}/${name}`),
)

export const textOf = (page: string): string => readFileSync(join(root, 'docs', page), 'utf8')

/** Returns the code of a page, in order. */
export function blocksOf(page: string): readonly Block[] {
  return [...textOf(page).matchAll(/^```([\w-]+)\n(.*?)^```/gms)].map(([, language, code]) => {
    const [, path, rest] = /^(?:\/\/|#|<!--) ([\w.[\]+/-]*[./]\w+|Dockerfile)(?: -->)?\n(.*)$/s.exec(code!) ?? []
    return { page, language: language!, path: path ?? null, text: rest ?? code! }
  })
}
