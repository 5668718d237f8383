import type { Framework } from './project.js'

/** Lines to add to code of the app, after a statement that makes something, such as the app. */
export type Addition = {
  /** Named imports by module. */
  readonly imports: readonly (readonly [name: string, module: string])[]
  /** Written with double quotes; `made` is the variable that the statement fills. */
  readonly lines: (made: string) => readonly string[]
}

const creations: Partial<Readonly<Record<Framework, string>>> = {
  express: 'express',
  fastify: '[Ff]astify',
  hono: 'new\\s+(?:OpenAPI)?Hono(?:<[^()]*>)?',
  nest: 'NestFactory\\.create(?:<[^()]*>)?',
}

/**
 * Adds lines to the source of an app: the imports after its own, the rest after the statement that creates the app.
 * Returns null if it does not find where the app is created.
 */
export function mounted(source: string, framework: Framework, addition: Addition): string | null {
  const creation = callIn(source, creations[framework] ?? '(?!)')
  if (creation?.variable === undefined) return null
  return withLines(source, { ...creation, variable: creation.variable }, addition)
}

const listeningCalls: Partial<Readonly<Record<Framework, string>>> = { express: '\\w+\\.listen', hono: 'serve' }

/**
 * Adds lines after the statement that makes the server of an app listen, and names that server if it has no name.
 * Returns null if it does not find that statement.
 */
export function withServer(source: string, framework: Framework, addition: Addition): string | null {
  const pattern = listeningCalls[framework] ?? '(?!)'
  const call = createdServer(source) ?? callIn(source, pattern)
  if (call === null) return null
  const { at, indentation, variable } = call
  if (variable !== undefined) return withLines(source, { ...call, variable }, addition)
  const name = ['server', 'httpServer', 'listening'].find(each => !isWordOf(source, each))
  if (name === undefined) return null
  const start = at + indentation.length
  const named = `${source.slice(0, start)}const ${name} = ${source.slice(start)}`
  return withLines(named, { ...callIn(named, pattern)!, variable: name }, addition)
}

// What Vite creates with a function of that name does not listen.
function createdServer(source: string): CallStatement | null {
  const call = callIn(source, '(?:https?\\.)?createServer')
  return call?.variable !== undefined && source.includes(`${call.variable}.listen(`) ? call : null
}

// Not as a part of a path, such as `@hono/node-server`.
function isWordOf(source: string, name: string): boolean {
  return new RegExp(`(?<![\\w$./'"-])${name}(?![\\w$/'"-])`).test(source)
}

/** A statement that is a call; it may keep what the call returns in a variable. */
type CallStatement = {
  readonly at: number
  readonly end: number
  readonly indentation: string
  readonly variable?: string | undefined
}

function callIn(source: string, pattern: string): CallStatement | null {
  const found = new RegExp(
    `^([ \\t]*)(?:(?:export\\s+)?(?:const|let|var)\\s+(\\w+)(?:\\s*:[^=\\n]+)?\\s*=\\s*)?(?:await\\s+)?(?:${pattern})\\(`,
    'm',
  ).exec(source)
  if (!found) return null
  const [opening, indentation, variable] = found
  return {
    at: found.index,
    end: endOfCalls(source, found.index + opening.length),
    indentation: indentation!,
    variable,
  }
}

function withLines(
  source: string,
  { at, end, indentation, variable }: CallStatement & { readonly variable: string },
  { imports, lines }: Addition,
): string {
  const stop = source[end] === ';' ? ';' : ''
  const place = end + stop.length
  const head = withImports(source.slice(0, at), source, imports, stop)
  const added = lines(variable).map(line => `\n${indentation}${line.replaceAll('"', quoteOf(source))}${stop}`)
  return head + source.slice(at, place) + added.join('') + source.slice(place)
}

// The offset after the closing parenthesis, and after calls of what the call returns.
function endOfCalls(source: string, from: number): number {
  const end = endOfCall(source, from)
  const chained = /^\s*\.\w+\(/.exec(source.slice(end))
  return chained ? endOfCalls(source, end + chained[0].length) : end
}

// Texts and comments may contain parentheses too.
function endOfCall(source: string, from: number): number {
  const token = /(["'`])(?:\\[\s\S]|(?!\1)[^\\])*\1|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[()]/g
  token.lastIndex = from
  let depth = 1
  for (let found = token.exec(source); found; found = token.exec(source)) {
    if (found[0] === '(') depth++
    else if (found[0] === ')' && --depth === 0) return token.lastIndex
  }
  return source.length
}

function quoteOf(source: string): string {
  return /\bfrom\s+"|require\("/.test(source) ? '"' : "'"
}

/** Adds imports after those at the start of a source, whose whole text says how they are written. */
export function withImports(head: string, source: string, imports: Addition['imports'], stop: string): string {
  const isRequired = !/^import\s/m.test(source) && /\brequire\(/.test(source)
  const lines = importLines(imports, isRequired).map(line => `${line.replaceAll('"', quoteOf(source))}${stop}\n`)
  const pattern = isRequired
    ? /^(?:const|let|var)\s[^\n]*\brequire\([^\n]*\n/gm
    : /^import\b[^'"]*['"][^'"\n]+['"][^\n]*\n/gm
  const last = [...head.matchAll(pattern)].at(-1)
  const at = last ? last.index + last[0].length : startOf(head)
  return head.slice(0, at) + lines.join('') + head.slice(at)
}

/** Writes imports, as an ES module or as CommonJS. */
export function importLines(imports: Addition['imports'], isRequired: boolean): readonly string[] {
  return imports.map(([name, module]) =>
    isRequired ? `const { ${name} } = require("${module}")` : `import { ${name} } from "${module}"`,
  )
}

// After `#!/usr/bin/env node` and `'use strict'`.
function startOf(head: string): number {
  return /^(?:#![^\n]*\n)?(?:\s*['"]use strict['"];?\n)?/.exec(head)![0].length
}
