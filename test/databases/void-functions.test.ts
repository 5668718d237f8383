import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const textsIn = (folder: string, ending: string): string =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith(ending))
    .map(path => readFileSync(new URL(`${folder}/${path}`, root), 'utf8'))
    .join('\n')

const voidFunctions = [...textsIn('sql', '.sql').matchAll(/FUNCTION "milepost"\."(\w+)"\([^)]*\) RETURNS void/g)]
const handles = voidFunctions.map(([, name]) => {
  const words = name!.replace(/_\d+$/, '').replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  return `${words}Function`
})

test('functions that return nothing are read as tables: Prisma cannot read a column of type void', () => {
  expect(handles).toContain('renameBadgesFunction')
  const code = textsIn('src/store', '.ts')
  expect(handles.filter(handle => new RegExp(`select \\$\\{(\\w+\\.)?${handle}\\}`).test(code))).toEqual([])
})
