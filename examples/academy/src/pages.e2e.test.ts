import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostileStrings } from '../../../test/support/hostile-strings.js'
import { expectAccessibleInEachTheme, expectNoSidewaysScroll, themesOf } from '../../../test/support/pages.js'
import { isLong } from '../../../test/support/scale.js'
import { expectLooks } from '../../../test/support/screenshots.js'
import { courses } from './content/courses.js'
import { dailyQuestions } from './content/daily-questions.js'
import { buildWeb } from './start/build-web.js'
import { celebrate, day, type OpenHouse, openHouse, takeCourse, type Visitor, visit } from './visitor.js'

const paths = [
  ...['/', '/courses/first-types/literal-types', '/courses/first-types/quiz', '/courses/type-level'],
  ...['/projects/strict-project', '/daily', '/profile', '/checklist', '/leaderboard', '/cheat-sheet', '/nowhere'],
]
const pictured = { home: '/', course: '/courses/objects', profile: '/profile', leaderboard: '/leaderboard' }
let house: OpenHouse

beforeAll(async () => {
  house = await openHouse(() => day)
})
afterAll(() => house.close())

test('every page has nothing in it that axe finds, light and dark: new, signed out, and with badges; with a name of 80 characters it fits into 320 pixels', async () => {
  // A toast that is only half there has half its contrast.
  const visitor = await visitToday({ reducedMotion: 'reduce' })
  await everyPage(visitor, ['/', '/profile'], expectAccessibleInEachTheme)
  await visitor.signIn('Wolfeschlegelsteinhausenbergerdorff'.repeat(3).slice(0, 80))
  await everyPage(visitor, ['/', '/profile', '/cheat-sheet'], expectAccessibleInEachTheme)
  await takeCourse(visitor, courses[0]!)
  await everyPage(visitor, paths, async page => {
    await expectAccessibleInEachTheme(page)
    const usual = page.viewportSize()!
    await page.setViewportSize({ width: 320, height: 640 })
    await expectNoSidewaysScroll(page)
    await page.setViewportSize(usual)
  })
  expect(visitor.faults).toEqual([])
})

describe('looks as it was made:', () => {
  test.each(['light', 'dark'] as const)('the main pages, %s', async colorScheme => {
    const visitor = await visitToday({ colorScheme, viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
    await visitor.open('/')
    await expectLooks(visitor.page, `signed-out-${colorScheme}`)
    await visitor.signIn('Robin Marsh')
    if (colorScheme === 'light') {
      await takeCourse(visitor, courses[0]!)
      await celebrate(visitor.page, ['First step', 'Quiz passed', 'First course', 'Full marks'])
      await visitor.open('/')
      const step = 'Finish “Your first types” and “The shape of things”.'
      await visitor.page.getByText(step).waitFor()
    }
    for (const [i, [name, path]] of Object.entries(pictured).entries()) {
      if (!themesOf(i).includes(colorScheme)) continue
      await visitor.open(path)
      await expectLooks(visitor.page, `${name}-${colorScheme}`)
    }
  })
})

const hostileNames = hostileStrings.filter((_, i) => isLong || i % 4 === 0)

test(`${hostileNames.length} names that are scripts are shown as text`, async () => {
  const { page, context, open, faults } = await visitToday()
  const dialogs: string[] = []
  page.on('dialog', dialog => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  const send = (path: string, data: object) => context.request.post(`${house.academy.url}/api/${path}`, { data })
  const enter = async (name: string) => {
    await context.clearCookies()
    expect((await send('session', { name })).status(), name).toBe(200)
  }
  for (const name of hostileNames) {
    await enter(name)
    await send('courses/first-types/steps/why-types', {})
  }
  const unread = new Set(hostileNames)
  for (const name of hostileNames) {
    if (!unread.has(name)) continue
    // Those around a learner in the leaderboard have as many points, and names as hostile.
    await enter(name)
    await open('/leaderboard')
    for (const shown of await page.locator('.board-name').allTextContents()) unread.delete(shown)
    expect([unread.has(name), await page.locator('header .me-name').textContent()]).toEqual([false, name])
  }
  expect([dialogs, faults]).toEqual([[], []])
})

test('the first page loads less than 120 KB of compressed JavaScript, all of it from here', async () => {
  const { page, open } = await visitToday()
  const scripts: Promise<Buffer>[] = []
  const strangers: string[] = []
  page.on('response', response => {
    if (!response.url().startsWith(house.academy.url)) strangers.push(response.url())
    if (response.request().resourceType() === 'script') scripts.push(response.body())
  })
  await open('/')
  const sizes = (await Promise.all(scripts)).map(body => gzipSync(body).length)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(120 * 1024)
  expect(strangers).toEqual([])
})

test('no answer of a quiz and no locked page is in what browsers load', async () => {
  const assets = join(await buildWeb(), 'assets')
  const code = readdirSync(assets)
    .map(name => readFileSync(join(assets, name), 'utf8'))
    .join('\n')
  const secrets = [...courses.flatMap(({ quiz }) => quiz), ...dailyQuestions].map(({ why }) => why)
  expect(secrets.filter(secret => code.includes(secret.slice(0, 30)))).toEqual([])
  expect(courses.flatMap(({ steps }) => steps).filter(({ title }) => code.includes(`title:"${title}"`))).toEqual([])
})

/** Lets somebody in whose clock shows the day of the academy. */
async function visitToday(options: Parameters<typeof visit>[1] = {}): Promise<Visitor> {
  const visitor = await visit(house, options)
  await visitor.page.clock.setFixedTime(day)
  return visitor
}

async function everyPage(
  { page, open, follow }: Visitor,
  some: readonly string[],
  check: (page: Visitor['page']) => Promise<void>,
): Promise<void> {
  for (const [i, path] of some.entries()) {
    await (i === 0 ? open(path) : follow(path))
    await check(page)
  }
}
