import { expect, test } from 'vitest'

const script = new URL('../../scripts/flat-statements.mjs', import.meta.url).href
const { withFlatStatements } = (await import(script)) as { withFlatStatements: (source: string) => string }

test('statements, also those within others, are written in one line, and other templates as they are', () => {
  const source = [
    'const found = sql`select 1',
    '  from ${part ? sql`a',
    '    join b` : sql`c`}',
    '  where d in (',
    '    select e',
    '  )`',
    'const text = `two',
    '  lines`',
  ].join('\n')
  expect(withFlatStatements(source)).toBe(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is source code
    'const found = sql`select 1 from ${part ? sql`a join b` : sql`c`} where d in (select e)`\nconst text = `two\n  lines`',
  )
})

test('a comment in a statement is refused, since it would swallow what follows', () => {
  expect(() => withFlatStatements('sql`select 1 -- one\n, 2`')).toThrow('A statement has a comment')
})
