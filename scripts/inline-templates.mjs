// Writes templates/ into src/cli/init/templates.generated.ts, each as TypeScript and as JavaScript.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = new URL('..', import.meta.url)
const target = fileURLToPath(new URL('src/cli/init/templates.generated.ts', root))

/** The text of the generated module for the files now in templates/. */
export function templatesModule() {
  const names = readdirSync(new URL('templates', root), { recursive: true, encoding: 'utf8' })
    .map(name => name.replaceAll('\\', '/'))
    .filter(name => /\.(tsx?|svelte)$/.test(name))
    .sort()
  const texts = new Map(names.map(name => [name, readFileSync(new URL(`templates/${name}`, root), 'utf8')]))
  const plain = formatted(new Map([...texts].map(([name, text]) => [name, withoutTypes(name, text)])))
  const entries = [...texts].map(
    ([name, text]) =>
      `  ${JSON.stringify(name)}: { ts: ${JSON.stringify(text)}, js: ${JSON.stringify(plain.get(name))} },`,
  )
  return [
    '// Generated from templates/ by scripts/inline-templates.mjs: edit those, never this.',
    'export const templates = {',
    ...entries,
    '} as const',
    '',
  ].join('\n')
}

// Lines without their types may be short enough to be one.
function formatted(texts) {
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome')
  // Below templates/, whose style Biome takes from its configuration.
  const folder = mkdtempSync(fileURLToPath(new URL('templates/plain-', root)))
  try {
    for (const [name, text] of texts) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    execFileSync(process.execPath, [biome, 'format', '--write', folder], { cwd: fileURLToPath(root), stdio: 'pipe' })
    return new Map([...texts.keys()].map(name => [name, readFileSync(join(folder, name), 'utf8')]))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

// Cuts the types out and leaves the rest as it is written: the compiler would drop blank lines and change the style.
function withoutTypes(name, text) {
  // A page of Svelte is the same in both: its types come from the file beside it.
  if (name.endsWith('.svelte')) return text
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true)
  const cuts = []
  const visit = node => {
    const cut = cutOf(node, text)
    if (cut) return void cuts.push(cut)
    if (node.type) cuts.push([node.type.pos - 1, node.type.end])
    ts.forEachChild(node, child => (child === node.type ? undefined : visit(child)))
  }
  visit(source)
  return cuts
    .sort((a, b) => b[0] - a[0])
    .reduce((rest, [from, to]) => rest.slice(0, from) + rest.slice(to), text)
    .replace(/^\/\/\/ <reference .*\n/, '')
    .trimStart()
}

function cutOf(node, text) {
  if (ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node)) return wholeLines(node, text)
  if (ts.isImportDeclaration(node) && node.importClause?.isTypeOnly) return wholeLines(node, text)
  if (ts.isImportSpecifier(node) && node.isTypeOnly) return [node.pos, node.end + (text[node.end] === ',' ? 1 : 0)]
  if (ts.isHeritageClause(node) && node.token === ts.SyntaxKind.ImplementsKeyword) return [node.pos, node.end]
  if (ts.isAsExpression(node)) return [node.expression.end, node.end]
  return undefined
}

function wholeLines(node, text) {
  const end = text.indexOf('\n', node.end) + 1
  return [node.getStart(), text[end] === '\n' && !ts.isImportDeclaration(node) ? end + 1 : end]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, templatesModule())
