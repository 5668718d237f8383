import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { openSink, type Sink } from '../http/webhook-sink.js'
import { expectAccessibleInEachTheme, expectNoSidewaysScroll } from '../support/pages.js'
import { isLong, scale } from '../support/scale.js'
import { atDesk, settled, show } from './desk.js'
import { tabTo } from './keys.js'
import { startStudioServer } from './studio-server.js'

describe('what an admin does in Studio', () => {
  let sink: Sink
  const desk = atDesk(async () => {
    sink = await openSink((_, nth) => (nth === 1 ? 500 : 204))
    const webhooks = { allowHttp: true, allowPrivate: true, ports: [sink.port], pollMs: 50, idleMs: 50 }
    return startStudioServer({ webhooks })
  })
  afterAll(() => sink?.close())

  test('by keys alone: signs in, finds a user, reads why not, awards with a reason; it arrives live elsewhere', async () => {
    const overview = await desk.open('')
    await overview.getByText('Live', { exact: true }).waitFor()
    const page = await desk.page()
    const { keyboard } = page
    await page.goto(desk.server.url)
    await page.getByLabel('Admin key').waitFor()
    await tabTo(page, 'Admin key')
    await keyboard.type(desk.server.key)
    await keyboard.press('Enter')
    await settled(page)
    await tabTo(page, 'Users')
    await keyboard.press('Enter')
    await page.getByRole('searchbox').waitFor()
    await tabTo(page, 'Any part of an id or attribute')
    await keyboard.type('ann')
    await page.waitForURL(/q=ann$/)
    await page.getByRole('link', { name: 'bob', exact: true }).waitFor({ state: 'detached' })
    await tabTo(page, 'ann')
    await keyboard.press('Enter')
    await page.getByRole('heading', { name: 'ann', level: 1 }).waitFor()
    await tabTo(page, 'Why, why not')
    await keyboard.press('Enter')
    await page
      .getByRole('combobox', { name: 'Milestone' })
      .locator('option', { hasText: 'Early bird' })
      .waitFor({ state: 'attached' })
    await tabTo(page, 'Milestone')
    await keyboard.type('Early')
    await page.getByText('Early bird: open').waitFor()
    await page.getByText('No completions in this category yet.').waitFor()
    await tabTo(page, 'Award manually')
    await keyboard.press('Enter')
    await page.getByText('160 → 165 points', { exact: false }).waitFor()
    await tabTo(page, 'Reason')
    await keyboard.type('Reported a bug')
    await tabTo(page, 'Award')
    await keyboard.press('Enter')
    await page.getByText('Early bird: earned').waitFor()
    expect((await desk.server.service.getUserProgress('ann')).completedMilestones).toContain('early-bird')
    await overview.getByRole('listitem').filter({ hasText: 'ann earned Early bird' }).waitFor()
    await tabTo(page, 'Manual changes')
    await keyboard.press('Enter')
    await page.getByText('Reported a bug').waitFor()
  })

  test('revokes, undoes and erases, each with what follows, a reason and a confirmation', async () => {
    const page = await desk.open('users/dmitri')
    const { service } = desk.server
    const dialog = page.getByRole('dialog')
    const confirm = async (button: string): Promise<void> => {
      await dialog.getByText('What follows').waitFor()
      expect(await dialog.getByRole('button', { name: button }).isDisabled()).toBe(true)
      await dialog.getByLabel('Reason').fill(`${button}, as asked`)
      if (button === 'Erase permanently') await dialog.getByLabel('Type dmitri to confirm').fill('dmitri')
      await dialog.getByRole('button', { name: button }).click()
      await dialog.waitFor({ state: 'detached' })
    }
    await page.getByRole('button', { name: 'Revoke first-steps' }).click()
    await confirm('Revoke')
    expect((await service.getUserProgress('dmitri')).completedMilestones).not.toContain('first-steps')
    await page.getByRole('button', { name: 'Undo tutorial tutorial-0' }).click()
    await confirm('Undo')
    await page.getByRole('button', { name: 'Undo tutorial tutorial-0' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Erase' }).click()
    await dialog.getByText('would be deleted permanently', { exact: false }).waitFor()
    await confirm('Erase permanently')
    await page.getByRole('heading', { name: 'Users' }).waitFor()
    await expect(service.record({ userId: 'dmitri', category: 'tutorial', itemKey: 'again' })).rejects.toMatchObject({
      code: 'USER_ERASED',
    })
    await show(page, `${desk.server.url}audit`)
    await page.getByText('Erase permanently, as asked').waitFor()
  })

  test('merges two users, with what both together earn, and leads from the former id to the user', async () => {
    const { service } = desk.server
    const lessons = (userId: string, from: number) =>
      Array.from({ length: 3 }, (_, i) => ({ userId, category: 'tutorial', itemKey: `lesson-${from + i}` }))
    await service.record([...lessons('visitor-1', 1), ...lessons('zoe', 4)])
    const page = await desk.open('users/visitor-1')
    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Merge', exact: true }).click()
    await dialog.getByLabel('Merge into').fill('zoe')
    await dialog.getByLabel('Reason').fill('One person')
    await dialog.getByText('What follows').waitFor()
    await expectAccessibleInEachTheme(page)
    await dialog.getByRole('button', { name: 'Merge permanently' }).click()
    await page.getByRole('heading', { name: 'zoe', level: 1 }).waitFor()
    expect((await service.exportUser('zoe')).formerIds).toEqual(['visitor-1'])
    await page.getByRole('button', { name: 'Rename', exact: true }).click()
    await dialog.getByLabel('New id').fill('zoe-2')
    await dialog.getByLabel('Reason').fill('New ids')
    await dialog.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('heading', { name: 'zoe-2', level: 1 }).waitFor()
    await show(page, `${desk.server.url}users/visitor-1`)
    await page.getByText('This is a former id of').waitFor()
    await page.getByRole('link', { name: 'zoe-2' }).click()
    await page.getByRole('link', { name: 'Manual changes' }).click()
    const log = page.getByRole('region', { name: 'Audit log' })
    for (const words of ['merged', 'renamed']) await log.getByText(words, { exact: true }).first().waitFor()
    await show(page, `${desk.server.url}users?q=visitor`)
    await page.getByText('now zoe-2').waitFor()
  })

  test('pauses days of a user with a preview and a reason, and deletes the pause', async () => {
    const { service } = desk.server
    await service.pauseStreaks(null, { from: '2026-05-02', until: '2026-05-03', reason: 'The site was down' })
    const page = await desk.open('users/ann?tab=calendar')
    const pauses = page.getByRole('list', { name: 'Pauses' }).getByRole('listitem')
    expect(await pauses.count()).toBe(2)
    expect(await pauses.nth(0).textContent()).toContain('On holiday')
    const common = await pauses.nth(1).textContent()
    for (const words of ['2026-05-02', 'all users', 'The site was down']) expect(common).toContain(words)
    expect(await pauses.nth(1).getByRole('button').count()).toBe(0)

    await page.getByRole('button', { name: 'Pause days' }).click()
    const dialog = page.getByRole('dialog')
    const pause = dialog.getByRole('button', { name: 'Pause', exact: true })
    await dialog.getByText('What follows').waitFor()
    await dialog.getByLabel('First day').fill('2026-05-14')
    await dialog.getByLabel('Last day').fill('2026-05-13')
    await dialog.getByText('What follows').waitFor({ state: 'detached' })
    expect(await pause.isDisabled()).toBe(true)
    await dialog.getByLabel('Reason').fill('Ill')
    await pause.click()
    expect(await service.getStreakPauses('ann')).toHaveLength(1)
    await dialog.getByLabel('Last day').fill('2026-05-15')
    await dialog.getByText('What follows').waitFor()
    await expectAccessibleInEachTheme(page)
    await page.setViewportSize({ width: 320, height: 720 })
    await expectNoSidewaysScroll(page)
    await page.setViewportSize({ width: 1280, height: 800 })
    await pause.click()
    await dialog.waitFor({ state: 'detached' })
    const added = pauses.filter({ hasText: '2026-05-14 to 2026-05-15' })
    await added.getByText('Ill', { exact: true }).waitFor()
    const stored = (await service.getStreakPauses('ann')).at(-1)!
    expect(stored).toMatchObject({ from: '2026-05-14', until: '2026-05-16', reason: 'Ill' })
    expect(await added.textContent()).toContain(`Id ${stored.id}`)
    await expect.poll(() => page.getByText('2026-05-14: 1 completion, paused').count()).toBe(1)

    await page.getByRole('button', { name: 'Delete the pause of 2026-05-14 to 2026-05-15' }).click()
    await dialog.getByText('What follows').waitFor()
    await dialog.getByLabel('Reason').fill('Was not ill')
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await dialog.waitFor({ state: 'detached' })
    await added.waitFor({ state: 'detached' })
    expect(await service.getStreakPauses('ann')).toHaveLength(1)
    await page.getByRole('link', { name: 'Manual changes' }).click()
    const log = page.getByRole('region', { name: 'Audit log' })
    for (const words of ['streaks paused', 'pause deleted'])
      await log.getByText(words, { exact: true }).first().waitFor()
    for (const reason of ['Ill', 'Was not ill'])
      await log.getByText(`${reason} · 2026-05-14 to 2026-05-15`, { exact: true }).waitFor()
    await page.setViewportSize({ width: 320, height: 720 })
    await log.getByText('streaks paused', { exact: true }).last().waitFor()
    await expectNoSidewaysScroll(page)
  })

  test('makes a webhook, sees that a delivery failed and why, and sends it again', async () => {
    const page = await desk.open('webhooks')
    await page.getByText('No webhook yet').waitFor()
    await page.getByRole('button', { name: 'New webhook' }).click()
    await page.getByLabel('Address').fill(sink.url)
    await page.getByLabel('Reason').fill('The shop wants to know')
    await page.getByRole('button', { name: 'Create webhook' }).click()
    const first = await page.getByText(/^whsec_/).textContent()
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('link', { name: sink.url }).click()
    await page.getByRole('button', { name: 'Send a test' }).click()
    await page.getByRole('button', { name: 'webhook.test' }).click()
    await page.getByRole('dialog').getByText('answered 500').waitFor()
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: 'Send again' }).click()
    await page.getByText('delivered', { exact: true }).waitFor()
    expect((await sink.until(2)).length).toBe(2)
    for (const [turn, why] of [
      ['Turn off', 'The shop moves'],
      ['Turn on', 'The shop is back'],
    ] as const) {
      await page.getByRole('button', { name: turn }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Reason').fill(why)
      const said = await watchDialog(page)
      await dialog.getByRole('button', { name: turn }).click()
      await dialog.waitFor({ state: 'detached' })
      expect(await said()).toEqual([expect.stringContaining(turn.replace(' ', ' this webhook '))])
    }
    await page.getByRole('button', { name: 'Rotate secret' }).click()
    const rotating = page.getByRole('dialog')
    expect(await rotating.getByRole('button', { name: 'Rotate', exact: true }).isDisabled()).toBe(true)
    await rotating.getByLabel('Reason').fill('It was in a log')
    await expectAccessibleInEachTheme(page)
    await rotating.getByRole('button', { name: 'Rotate', exact: true }).click()
    const secret = await page.getByText(/^whsec_/).textContent()
    expect(secret).not.toBe(first)
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('link', { name: 'Audit' }).click()
    const log = page.getByRole('region', { name: 'Audit log' })
    for (const words of ['The shop wants to know', 'The shop moves', 'The shop is back', 'It was in a log'])
      await log.getByText(words).first().waitFor()
  })

  test('reads the leaderboard of a group that a user belongs to', async () => {
    const page = await desk.open('users/ann')
    await page.getByRole('link', { name: 'team: red' }).click()
    const rows = page.getByRole('region', { name: 'Leaderboard' }).locator('tbody tr')
    await expect.poll(() => rows.count()).toBe(2)
    expect(new URL(page.url()).searchParams.get('group')).toBe('team:red')
    await page.getByLabel('Only users with this attribute').fill('')
    await page.getByLabel('Only users with this attribute').press('Enter')
    await expect.poll(() => rows.count()).toBeGreaterThan(10)
  })

  test('makes a key that works, and rotates and revokes it for a reason', async () => {
    const page = await desk.open('keys')
    await page.getByRole('button', { name: 'New key' }).click()
    await page.getByLabel('Name').fill('shop')
    await page.getByLabel('Read users and milestones').check()
    await page.getByRole('button', { name: 'Create key' }).click()
    const secret = await page.getByText(/^mp_live_\S{43}$/).textContent()
    const read = async (): Promise<number> => {
      const headers = { authorization: `Bearer ${secret}` }
      return (await fetch(new URL('../v1/milestones', desk.server.url), { headers })).status
    }
    expect(await read()).toBe(200)
    await page.getByRole('button', { name: 'Close' }).click()
    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Rotate shop' }).click()
    await dialog.getByLabel('Reason').fill('The server moves')
    await dialog.getByRole('button', { name: 'Rotate', exact: true }).click()
    await page.getByText(/^mp_live_\S{43}$/).waitFor()
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: 'Revoke shop' }).click()
    expect(await dialog.getByRole('button', { name: 'Revoke permanently' }).isDisabled()).toBe(true)
    await dialog.getByLabel('Reason').fill('The shop is closed')
    await dialog.getByRole('button', { name: 'Revoke permanently' }).click()
    await page.getByRole('button', { name: 'Revoke shop' }).waitFor({ state: 'detached' })
    await expect.poll(read).toBe(401)
    await page.getByRole('link', { name: 'Audit' }).click()
    const log = page.getByRole('region', { name: 'Audit log' })
    for (const words of ['The server moves', 'The shop is closed']) await log.getByText(words).first().waitFor()
  })

  test('says before an apply what a start does with it', async () => {
    const page = await desk.page({ isSignedIn: true })
    let atStart = ''
    await page.route('**/v1/catalog', async route => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), atStart } })
    })
    for (const [choice, words] of [
      ['keep', 'It stays after a restart of this server.'],
      ['replace', 'The next start replaces the catalog that you apply here.'],
      ['refuse', 'After the next start it refuses calls'],
    ] as const) {
      atStart = choice
      await show(page, `${desk.server.url}plan`)
      await page.getByRole('button', { name: 'Start from the current catalog' }).click()
      await page.getByRole('button', { name: 'Plan', exact: true }).click()
      await page.getByRole('button', { name: 'Apply…' }).click()
      await page.getByRole('dialog').getByText(words, { exact: false }).waitFor()
      if (choice === 'keep' || isLong) await expectAccessibleInEachTheme(page)
    }
  })

  test('plans a changed catalog, and applies it while the page shows the progress', async () => {
    const many = Array.from({ length: scale(1_100, 2_500) }, (_, i) => `learner-${i}`)
    await desk.server.service.record(many.map(userId => ({ userId, category: 'tutorial', itemKey: 'intro' })))
    const page = await desk.open('plan')
    await page.getByRole('button', { name: 'Start from the current catalog' }).click()
    const box = page.getByLabel('Catalog as JSON')
    await expect.poll(() => box.inputValue()).toContain('"first-steps"')
    const catalog = JSON.parse(await box.inputValue())
    const requirement = { type: 'tutorials_completed', count: 2 }
    await box.fill(
      JSON.stringify({
        ...catalog,
        milestones: [
          ...catalog.milestones,
          { id: 'second', title: 'Second steps', requirement, reward: { points: 5 } },
        ],
      }),
    )
    await page.getByRole('button', { name: 'Plan', exact: true }).click()
    await page.getByRole('rowheader', { name: 'second' }).waitFor()
    await holdAfterProgress(page, '/v1/apply')
    await page.getByRole('button', { name: 'Apply…' }).click()
    await page.getByLabel('Reason').fill('A second step')
    await page.getByRole('button', { name: 'Apply', exact: true }).click()
    await page
      .getByRole('status')
      .filter({ hasText: /^Counted 1,000 of [12],\d+ users…/ })
      .waitFor()
    await page.evaluate(() => (window as unknown as { release: () => void }).release())
    await page.getByText('Version 1 is in effect.', { exact: false }).first().waitFor()
    await page.getByRole('link', { name: 'Milestones', exact: true }).click()
    await page.getByRole('link', { name: 'Second steps' }).waitFor()
    expect((await desk.server.service.getUserProgress('ann')).completedMilestones).toContain('second')
  })
})

/** Gives the page no more of an answer than its first progress until `release` is called. What comes at once is shown by its end alone. */
async function holdAfterProgress(page: Page, path: string): Promise<void> {
  await page.evaluate(held => {
    const { fetch } = window
    const released = new Promise<void>(resolve => Object.assign(window, { release: resolve }))
    const byEvent = new TransformStream<string, string>({
      transform: async (text, out) => {
        for (const event of text.split(/(?<=\n\n)/)) {
          out.enqueue(event)
          if (event.startsWith('event: progress')) await released
        }
      },
    })
    window.fetch = async (...call) => {
      const answer = await fetch(...call)
      if (!answer.url.endsWith(held)) return answer
      const text = answer.body!.pipeThrough(new TextDecoderStream()).pipeThrough(byEvent)
      return new Response(text.pipeThrough(new TextEncoderStream()), answer)
    }
  }, path)
}

/** Notes what an open dialog says, until it has gone: once for each change of its texts. */
async function watchDialog(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(() => {
    const said = new Set<string>()
    const listen = (): void => {
      const texts = [...document.querySelectorAll('[role=dialog] h2, [role=dialog] form > p')]
      if (texts.length > 0) said.add(texts.map(each => each.textContent).join(': '))
    }
    listen()
    new MutationObserver(listen).observe(document.body, { childList: true, subtree: true, characterData: true })
    Object.assign(window, { said })
  })
  return () => page.evaluate(() => [...(window as unknown as { said: Set<string> }).said])
}
