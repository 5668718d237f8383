import type { Framework } from './project.js'

/** Lines to add to the file that creates the app. `app` is the variable that holds it. */
export type Mount = {
  /** Named imports by module. */
  readonly imports: readonly (readonly [name: string, module: string])[]
  readonly line: (app: string) => string
}

const creations: Partial<Readonly<Record<Framework, string>>> = {
  express: 'express',
  fastify: '[Ff]astify',
  hono: 'new\\s+(?:OpenAPI)?Hono(?:<[^()]*>)?',
  nest: 'NestFactory\\.create(?:<[^()]*>)?',
}

/**
 * Adds lines to the source of an app: the imports after its own, the line after the statement that creates the app.
 * Returns null if it does not find where the app is created.
 */
export function mounted(source: string, framework: Framework, { imports, line }: Mount): string | null {
  const creation = new RegExp(
    `^([ \\t]*)(?:export\\s+)?(?:const|let|var)\\s+(\\w+)(?:\\s*:[^=\\n]+)?\\s*=\\s*(?:await\\s+)?${creations[framework] ?? '(?!)'}\\(`,
    'm',
  ).exec(source)
  if (!creation) return null
  const [opening, indentation, app] = creation
  const end = endOfCall(source, creation.index + opening.length)
  const stop = source[end] === ';' ? ';' : ''
  const place = end + stop.length
  const head = withImports(source.slice(0, creation.index), source, imports, stop)
  return `${head}${source.slice(creation.index, place)}\n${indentation}${line(app!)}${stop}${source.slice(place)}`
}

// The offset after the closing parenthesis. Texts may contain parentheses too.
function endOfCall(source: string, from: number): number {
  let depth = 1
  let quote = ''
  for (let i = from; i < source.length; i++) {
    const character = source[i]!
    if (quote !== '') {
      if (character === '\\') i++
      else if (character === quote) quote = ''
    } else if (/['"`]/.test(character)) quote = character
    else if (character === '(') depth++
    else if (character === ')' && --depth === 0) return i + 1
  }
  return source.length
}

function withImports(head: string, source: string, imports: Mount['imports'], stop: string): string {
  const quote = /\bfrom\s+"|require\("/.test(source) ? '"' : "'"
  const isRequired = !/^import\s/m.test(source) && /\brequire\(/.test(source)
  const text = imports
    .map(([name, module]) => {
      const from = quote + module + quote
      return isRequired ? `const { ${name} } = require(${from})${stop}\n` : `import { ${name} } from ${from}${stop}\n`
    })
    .join('')
  const pattern = isRequired
    ? /^(?:const|let|var)\s[^\n]*\brequire\([^\n]*\n/gm
    : /^import\b[^'"]*['"][^'"\n]+['"][^\n]*\n/gm
  const last = [...head.matchAll(pattern)].at(-1)
  const at = last ? last.index + last[0].length : startOf(head)
  return head.slice(0, at) + text + head.slice(at)
}

// After `#!/usr/bin/env node` and `'use strict'`.
function startOf(head: string): number {
  return /^(?:#![^\n]*\n)?(?:\s*['"]use strict['"];?\n)?/.exec(head)![0].length
}
