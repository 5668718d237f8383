import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pixelmatch from 'pixelmatch'
import type { Locator, Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { expect } from 'vitest'

// Fonts are smoothed a little differently from one version of Chromium to the next; a block that moved is far more.
const toleratedShare = 0.02

// It stays after the run, so that somebody can look.
const folder = fileURLToPath(new URL('../../.cache/screenshots', import.meta.url))

/**
 * Fails where a page or a part of it no longer looks as in `__screenshots__/<name>.png` beside the test: another size by more
 * than a pixel, or more than 2 % of the pixels differ. With `UPDATE_SCREENSHOTS=1` the picture is written instead.
 */
export async function expectLooks(shown: Page | Locator, name: string): Promise<void> {
  const expectedFile = fileOf(name)
  const actual = await shown.screenshot({ animations: 'disabled', caret: 'hide' })
  if (process.env.UPDATE_SCREENSHOTS === '1') return write(expectedFile, actual)
  expect(existsSync(expectedFile), `${expectedFile} is missing: run the test with UPDATE_SCREENSHOTS=1`).toBe(true)
  const expected = readFileSync(expectedFile)
  // To decode two pictures and hold them against each other takes longer than to take one.
  if (expected.equals(actual)) return
  const difference = compare(PNG.sync.read(expected), PNG.sync.read(actual))
  if (!difference) return
  write(join(folder, basename(expectedFile)), actual)
  expect.fail(`${name} looks different (${difference}); compare ${expectedFile} with the one in ${folder}`)
}

function fileOf(name: string): string {
  const { testPath } = expect.getState()
  return join(dirname(testPath!), '__screenshots__', `${name}.png`)
}

function compare(expected: PNG, actual: PNG): string | undefined {
  // A part that does not begin on a whole pixel is one pixel larger or not, by what stands above it.
  if (Math.abs(actual.width - expected.width) > 1 || Math.abs(actual.height - expected.height) > 1)
    return `${actual.width} × ${actual.height} pixels instead of ${expected.width} × ${expected.height}`
  const [width, height] = [Math.min(expected.width, actual.width), Math.min(expected.height, actual.height)]
  const [one, other] = [expected, actual].map(picture => cutTo(picture, width, height))
  const share = pixelmatch(one!.data, other!.data, undefined, width, height) / (width * height)
  return share > toleratedShare ? `${(share * 100).toFixed(1)} % of its pixels` : undefined
}

function cutTo(picture: PNG, width: number, height: number): PNG {
  const cut = new PNG({ width, height })
  PNG.bitblt(picture, cut, 0, 0, width, height)
  return cut
}

function write(file: string, content: Buffer): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}
