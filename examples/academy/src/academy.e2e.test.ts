import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { watchConsole } from '../../../test/support/pages.js'
import { courses } from './content/courses.js'
import { celebrate, habits, type OpenHouse, openHouse, readOn, takeCourse, toasts, visit } from './visitor.js'

const [firstTypes, objects] = courses
let house: OpenHouse

beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

test('a learner finishes a course, is shown its badge once in whatever tab, and finds level and unlock after a reload', async () => {
  const learner = await visit(house)
  const { page, context, faults } = learner
  await learner.signIn('Robin Marsh')
  await takeCourse(learner, firstTypes!)
  await celebrate(page, ['First step', 'Quiz passed', 'First course', 'Full marks'])
  await page.reload()
  await page.getByRole('heading', { name: 'Quiz' }).waitFor()
  const second = await context.newPage()
  await habits(second, house.academy.url).open('/profile')
  await second.getByText(/^You have \d+ badges/).waitFor()
  await second.getByText('Level 2: Reader').first().waitFor()
  await learner.open('/cheat-sheet')
  await page.getByRole('heading', { name: 'Narrowing' }).waitFor()
  expect([await toasts(page).count(), await toasts(second).count()]).toEqual([0, 0])
  expect(faults).toEqual([])
})

test('the harder course is closed, also to whoever knows its address, until its badge is earned', async () => {
  const learner = await visit(house)
  const { page, faults } = learner
  await learner.signIn('Hard Worker')
  await learner.open('/courses/type-level/mapped')
  await page.getByRole('heading', { name: 'Not open yet' }).waitFor()
  await page.getByText('0 of 2', { exact: true }).waitFor()
  await takeCourse(learner, firstTypes!)
  await takeCourse(learner, objects!)
  await celebrate(page, ['Ready for more'])
  await page.goto(house.academy.url)
  await page.getByRole('link', { name: 'Programming with types', exact: true }).click()
  await page.getByRole('button', { name: 'Read, next page' }).waitFor()
  expect(faults).toEqual([])
})

test('wrong answers are marked as wrong, and what was right is not given away', async () => {
  const { page, open, signIn, faults } = await visit(house, { viewport: { width: 320, height: 720 } })
  await signIn('Wrong Answers')
  const { id, steps, quiz } = firstTypes!
  await open(`/courses/${id}`)
  for (const _ of steps) await readOn(page)
  const questionAt = (place: number) => page.getByRole('group').nth(place)
  const choose = (place: number, isRight: boolean) => {
    const { options, answer } = quiz[place]!
    const name = options[isRight ? answer : (answer + 1) % options.length]!.replaceAll('`', '')
    return questionAt(place).getByRole('radio', { name, exact: true }).check()
  }
  for (const place of quiz.keys()) await choose(place, false)
  await page.getByRole('button', { name: 'Hand in' }).click()
  await page.getByText('0 of 5 right. Three are needed to pass.', { exact: true }).waitFor()
  expect(await page.locator('fieldset').getByText('Wrong', { exact: true }).count()).toBe(5)
  expect(await page.locator('fieldset').getByText('Right', { exact: true }).count()).toBe(0)
  await page.getByRole('button', { name: 'Try again' }).click()
  await choose(0, true)
  await page.getByRole('button', { name: 'Hand in' }).click()
  await page.getByText('1 of 5 right. Three are needed to pass. What you answered right is explained below.').waitFor()
  expect(await questionAt(0).getByText('Right', { exact: true }).count()).toBe(1)
  expect(await page.locator('fieldset').getByText('Wrong', { exact: true }).count()).toBe(4)
  expect(faults).toEqual([])
})

test('a badge earned in one tab is celebrated in one of two', async () => {
  const { page, context, signIn, open } = await visit(house)
  await signIn('Two Tabs')
  const other = await context.newPage()
  await habits(other, house.academy.url).open('/courses/first-types')
  await open('/courses/first-types')
  await page.getByRole('button', { name: 'Save for later' }).click()
  const shown = async (tab: Page) => toasts(tab).filter({ hasText: 'Keeper' }).count()
  await expect.poll(async () => (await shown(page)) + (await shown(other))).toBe(1)
  await other.getByRole('button', { name: 'Saved for later' }).waitFor()
  expect((await shown(page)) + (await shown(other))).toBe(1)
})

test('offline, a page says so and keeps what it shows; back online it goes on', async () => {
  const { page, context, signIn, open } = await visit(house)
  await signIn('Off Line')
  await open('/courses/first-types')
  onTestFinished(() => context.setOffline(false))
  await context.setOffline(true)
  await page.getByRole('button', { name: 'Read, next page' }).click()
  await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).first().waitFor()
  expect(await page.getByRole('heading', { name: 'Why types' }).isVisible()).toBe(true)
  await context.setOffline(false)
  await readOn(page)
  await page.getByRole('heading', { name: 'Say it, or let it be found' }).waitFor()
  await toasts(page).filter({ hasText: 'First step' }).waitFor()
})

test('a course is taken with the keyboard alone, from the name to the badge', async () => {
  const { page, open, faults } = await visit(house)
  await open('/')
  await tabTo(page, 'Your name')
  await page.keyboard.type('Key Board')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: /Good to see you/ }).waitFor()
  await tabTo(page, 'Your first types')
  await page.keyboard.press('Enter')
  for (const { title } of firstTypes!.steps) {
    await page.getByRole('heading', { level: 1, name: title.replaceAll('`', '') }).waitFor()
    await tabTo(page, /^Read, /)
    await page.keyboard.press('Enter')
  }
  await page.getByRole('heading', { level: 1, name: 'Quiz' }).waitFor()
  for (const { options, answer } of firstTypes!.quiz) {
    await tabTo(page, options[0]!.replaceAll('`', ''))
    await page.keyboard.press('Space')
    for (let place = 0; place < answer; place++) await page.keyboard.press('ArrowDown')
  }
  await tabTo(page, 'Hand in')
  await page.keyboard.press('Enter')
  await page.getByText('100 %').first().waitFor()
  expect(await page.locator('fieldset').getByText('`').count()).toBe(0)
  await celebrate(page, ['First course'])
  expect(faults).toEqual([])
})

test('the team finds a learner in Studio, reads why a badge is missing, awards it by hand, and the learner sees it arrive', async () => {
  const learner = await visit(house)
  await learner.signIn('Nearly There')
  await learner.open('/courses/first-types')
  await readOn(learner.page)
  await celebrate(learner.page, ['First step'])
  await learner.open('/profile')
  // Studio keeps the key of the team by tab: it stands beside the learner's.
  const page = await learner.context.newPage()
  const faults = watchConsole(page)
  await page.goto(`${house.academy.url}/studio`)
  await page.getByLabel('Admin key').fill(house.academy.adminKey!)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: 'Users' }).click()
  await page.getByLabel('Any part of an id or attribute').fill('nearly-there')
  await page.getByRole('link', { name: /^nearly-there-/ }).click()
  await page.getByText('Why, why not').click()
  await page.getByLabel('Milestone', { exact: true }).selectOption({ label: 'Keeper' })
  await page.getByText('The requirement is not met yet.').waitFor()
  await page.getByRole('button', { name: 'Award manually' }).click()
  await page.getByText('What follows').waitFor()
  await page.getByLabel('Reason').fill('Told us by mail that the button was broken')
  await page.getByRole('dialog').locator('button[type=submit]').click()
  await celebrate(learner.page, ['Keeper'])
  await learner.page.getByText('You have 2 badges').waitFor()
  await page.getByText('Keeper: earned').waitFor()
  expect([...learner.faults, ...faults]).toEqual([])
})

/** Presses Tab until what has the focus is named so. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let count = 0; count < 60; count++) {
    await page.keyboard.press('Tab')
    const named = await page.evaluate(() => {
      const element = document.activeElement
      const label = element instanceof HTMLInputElement ? element.labels?.[0] : element
      return label?.textContent ?? ''
    })
    if (typeof name === 'string' ? named === name : name.test(named)) return
  }
  throw new Error(`60 tabs lead to no "${name}"`)
}
