import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Commit, userIdFrom } from './commit.js'
import { parseGitLog } from './git-log.js'

const hash = 'a'.repeat(40)

type Header = { parents?: string; address?: string; name?: string; subject?: string; authoredAt?: string }

function header({
  parents = '',
  address = 'ada@example.org',
  name = 'Ada',
  subject = 'Begin',
  authoredAt,
}: Header = {}) {
  const authored = authoredAt ?? '2024-05-01T23:30:00+02:00'
  return `commit\u001f${[hash, parents, authored, '2024-05-02T08:00:00Z', address, name, subject].join('\u001f')}\0`
}

async function parsed(...chunks: readonly string[]): Promise<readonly Commit[]> {
  const commits: Commit[] = []
  for await (const commit of parseGitLog(streamOf(chunks))) commits.push(commit)
  return commits
}

async function* streamOf(chunks: readonly string[]): AsyncGenerator<string> {
  yield* chunks
}

test('an empty log has no commits', async () => {
  expect(await parsed()).toEqual([])
})

test('a commit is read with its numbers', async () => {
  expect(await parsed(`${header()}\n4\t1\tsrc/index.ts\u00002\t0\tREADME.md\0`)).toEqual([
    {
      hash,
      userId: userIdFrom('ada@example.org'),
      name: 'Ada',
      authoredAt: '2024-05-01T23:30:00+02:00',
      committedAt: '2024-05-02T08:00:00Z',
      parentCount: 0,
      fileCount: 2,
      insertionCount: 6,
      deletionCount: 1,
      areas: new Set(['source', 'docs']),
      subjectLength: 5,
    },
  ])
})

test('a rename counts as one file, in the area that it moves to', async () => {
  const [commit] = await parsed(`${header()}\n1\t0\t\0src/old.ts\0test/new.ts\u00003\t0\tREADME.md\0`)
  expect(commit).toMatchObject({ fileCount: 2, insertionCount: 4, areas: new Set(['tests', 'docs']) })
})

test('a binary file counts as a file without lines', async () => {
  const [commit] = await parsed(`${header()}\n-\t-\tlogo.png\0`)
  expect(commit).toMatchObject({ fileCount: 1, insertionCount: 0, deletionCount: 0 })
})

test('a path may hold quotes, tabs, line feeds and what looks like a heading', async () => {
  const paths = ['"quoted".md', 'tab\there.md', 'line\nfeed.md', '3\t4\tfive.md']
  const [commit] = await parsed(`${header()}\n${paths.map(path => `1\t1\t${path}\0`).join('')}`)
  expect(commit).toMatchObject({ fileCount: 4, areas: new Set(['docs']) })
  const renamed = await parsed(`${header()}\n0\t0\t\0commit\u001fa.md\0commit\u001fb.md\0`)
  expect(renamed).toHaveLength(1)
})

test('an empty commit and a merge have no changes', async () => {
  const commits = await parsed(header(), header({ parents: 'b c', subject: 'Merge' }), `${header()}\n1\t1\ta.ts\0`)
  expect(commits.map(({ fileCount, parentCount }) => [fileCount, parentCount])).toEqual([
    [0, 0],
    [0, 2],
    [1, 0],
  ])
})

test('the same address in other letters is the same user, and the address stays out', async () => {
  const [upper, lower] = await parsed(header({ address: 'Ada@Example.org' }), header())
  expect(upper!.userId).toBe(lower!.userId)
  expect(JSON.stringify(upper)).not.toMatch(/example/i)
})

test('authors without an address are told apart by name', async () => {
  const [ada, bob] = await parsed(header({ address: '' }), header({ address: '', name: 'Bob' }))
  expect(ada!.userId).not.toBe(bob!.userId)
})

test('a name cannot steer the terminal', async () => {
  const [commit] = await parsed(header({ name: '\u001b[2JAda\u202e' }))
  expect(commit!.name).toBe('[2JAda')
})

test('output of another command is refused', async () => {
  await expect(parsed('On branch main\0')).rejects.toThrow(/cannot read: "On branch main"/)
  await expect(parsed(`${header()}\nOn branch main\0`)).rejects.toThrow(TypeError)
})

test('it does not matter where the output is cut into chunks', async () => {
  const log = `${header()}\n1\t0\t\0src/old.ts\0src/new.ts\0${header({ parents: 'b c' })}${header()}\n-\t-\ta.png\0`
  const whole = await parsed(log)
  expect(whole).toHaveLength(3)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(log.length)), async cuts => {
      const places = [0, ...cuts.sort((a, b) => a - b), log.length]
      const chunks = places.slice(1).map((end, place) => log.slice(places[place], end))
      expect(await parsed(...chunks)).toEqual(whole)
    }),
  )
})
