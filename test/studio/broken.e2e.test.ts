import { describe, expect, test } from 'vitest'
import { atDesk } from './desk.js'

describe('Studio where something breaks', () => {
  const desk = atDesk()

  test('a stream that a proxy refused reconnects and shows missed awards, each badge once', async () => {
    const { service } = desk.server
    const page = await desk.open('health', { mayFail: true })
    const refused = page.waitForResponse(response => response.url().endsWith('/v1/stream'))
    await page.route('**/v1/stream', route => route.fulfill({ status: 502, body: 'Bad gateway' }), { times: 1 })
    await page.getByRole('link', { name: 'Overview' }).click()
    await refused
    const ofUser = (user: string) => page.getByRole('listitem').filter({ hasText: `${user} earned Early bird` })
    await page.getByText('earned', { exact: true }).first().waitFor()
    const by = { reason: 'A test', by: 'test' }
    await service.awardBadge('meanwhile', 'early-bird', by)
    await ofUser('meanwhile').waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    for (const _ of [1, 2]) {
      await service.awardBadge('again', 'early-bird', by)
      await ofUser('again').first().waitFor()
      await service.revokeBadge('again', 'early-bird', by)
    }
    await service.awardBadge('last', 'early-bird', by)
    await ofUser('last').waitFor()
    expect(await ofUser('again').count()).toBe(1)
  })

  test('an outbox that is not read in time is not well', async () => {
    const page = await desk.open('health')
    await page.getByText('Ready: this server').waitFor()
    expect(await page.getByLabel('not well').count()).toBe(0)
    await page.route('**/readyz', async route => {
      const response = await route.fetch()
      await route.fulfill({
        response,
        json: { ...(await response.json()), outbox: { lagMs: 90_000, heldBackMs: null } },
      })
    })
    await page.reload()
    await page.getByText('late: the oldest unread is').waitFor()
    expect(await page.getByLabel('not well').count()).toBe(1)
  })

  test('a recount ends with the view', async () => {
    const page = await desk.open('health')
    let release = (): void => {}
    const held = new Promise<void>(resolve => {
      release = resolve
    })
    let asked = 0
    await page.route('**/v1/studio/verify', async route => {
      asked += 1
      await held
      await route.continue()
    })
    await page.getByRole('button', { name: 'Check for drift' }).click()
    await expect.poll(() => asked).toBe(1)
    await page.getByRole('link', { name: 'Users', exact: true }).click()
    await page.getByRole('link', { name: 'ann', exact: true }).waitFor()
    const answered = page.waitForResponse('**/v1/studio/verify')
    release()
    await (await answered).finished()
    // Whatever the answer sets going has been asked before the next view is.
    await page.getByRole('link', { name: 'Audit', exact: true }).click()
    await page.getByRole('heading', { name: 'Audit' }).waitFor()
    expect(asked).toBe(1)
  })

  test('a plan that loses its connection says so, and can be run again', async () => {
    const page = await desk.open('plan')
    await page.getByRole('button', { name: 'Start from the current catalog' }).click()
    const progress = 'event: progress\ndata: {"userCount":1,"totalCount":2}\n\n'
    const cut = { contentType: 'text/event-stream', body: progress }
    await page.route('**/v1/plan', route => route.fulfill(cut), { times: 1 })
    const plan = page.getByRole('button', { name: 'Plan', exact: true })
    await plan.click()
    await page.getByRole('alert').filter({ hasText: 'The connection ended. Plan again.' }).waitFor()
    await plan.click()
    await page.getByRole('button', { name: 'Apply…' }).click()
    await page.route('**/v1/apply', route => route.fulfill(cut), { times: 1 })
    await page.getByLabel('Reason').fill('As it was')
    await page.getByRole('button', { name: 'Apply', exact: true }).click()
    await page.getByRole('alert').filter({ hasText: 'The connection ended. Apply again to continue.' }).waitFor()
    expect(await page.getByRole('button', { name: 'Apply…' }).isEnabled()).toBe(true)
  })
})
