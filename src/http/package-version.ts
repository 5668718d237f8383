import { readFileSync } from 'node:fs'

/** Reads the version of the package that this file is part of. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}
