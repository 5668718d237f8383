import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { courses, questionOf, scoreOf, workflows } from './courses.js'
import { dailyQuestions } from './daily-questions.js'

const pages = [
  ...courses.flatMap(course => course.steps.map(step => ({ name: `${course.id}/${step.id}`, blocks: step.blocks }))),
  ...workflows.flatMap(({ id, tasks }) =>
    tasks.slice(2).map(task => ({ name: `${id}/${task.id}`, blocks: task.blocks })),
  ),
]
const samples = pages.flatMap(({ name, blocks }) =>
  blocks.flatMap((block, i) => (block.type === 'code' ? [{ name: `${name}-${i}.ts`, ...block }] : [])),
)

test('the code of each page compiles, or fails with the very errors that the page speaks of', () => {
  const found = errorsIn(new Map(samples.map(({ name, code }) => [`/samples/${name}`, `${code}\nexport {}\n`])))
  const named = samples.map(({ name, errors }) => [name, errors])
  expect(samples.map(({ name }) => [name, found.get(`/samples/${name}`) ?? []])).toEqual(named)
}, 120_000)

describe.each([...courses.map(({ id, quiz }) => ({ id, quiz })), { id: 'of the day', quiz: dailyQuestions }])(
  'the questions $id',
  ({ quiz }) => {
    test('have each one right answer among different options, and say why', () => {
      for (const { options, answer, why } of quiz) {
        expect(options[answer]).toBeDefined()
        expect(new Set(options).size).toBe(options.length)
        expect(why).not.toBe('')
      }
    })
  },
)

test('answers are scored in percents of all questions, those left out as wrong', () => {
  const { quiz } = courses[0]!
  const right = quiz.map(({ answer }) => answer)
  expect(scoreOf(quiz, right)).toBe(100)
  expect(scoreOf(quiz, right.slice(0, 3))).toBe(60)
  expect(scoreOf(quiz, [])).toBe(0)
})

test('another question is asked each day', () => {
  expect(questionOf('2026-11-24')).not.toEqual(questionOf('2026-11-25'))
})

function errorsIn(files: ReadonlyMap<string, string>): Map<string, number[]> {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts'],
    module: ts.ModuleKind.ESNext,
    strict: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    types: [],
  }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile } = host
  host.getSourceFile = (name, language) => {
    const own = files.get(name)
    return own === undefined ? getSourceFile(name, language) : ts.createSourceFile(name, own, language)
  }
  host.fileExists = name => files.has(name) || fileExists(name)
  host.readFile = name => files.get(name) ?? readFile(name)
  const program = ts.createProgram([...files.keys()], options, host)
  const found = new Map<string, number[]>()
  for (const { file, code } of ts.getPreEmitDiagnostics(program)) {
    if (file) found.set(file.fileName, [...(found.get(file.fileName) ?? []), code])
  }
  return found
}
