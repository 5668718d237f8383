const opening = /(?:\bconst\s+\w+(?:\s*:\s*[\w.]+)?\s*=|\bmodule\.exports\s*=|\bexport\s+default)\s*\{/

/** Adds PGlite to the packages that Next.js does not bundle. Null if it does not find where. */
export function withExternalPglite(source: string): string | null {
  if (source.includes('@electric-sql/pglite')) return source
  const found = opening.exec(source)
  if (!found || source.includes('serverExternalPackages')) return null
  const at = found.index + found[0].length
  const quote = /\bfrom "/.test(source) ? '"' : "'"
  const end = /^[ \t]*\}/.test(source.slice(at)) ? '\n' : ''
  return `${source.slice(0, at)}\n  serverExternalPackages: [${quote}@electric-sql/pglite${quote}],${end}${source.slice(at)}`
}
