import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installPackages } from './debian.mjs'
import { ScriptError } from './run.mjs'

// Chromium without a window and what belongs to one: it does the same for the tests in half the time.
const shell = 'chromium-headless-shell'
const names = [
  shell,
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome.exe',
  'msedge.exe',
]
const elsewhere = [
  '/Applications/Chromium.app/Contents/MacOS',
  '/Applications/Google Chrome.app/Contents/MacOS',
  ...[process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
    .filter(Boolean)
    .flatMap(folder => [
      join(folder, 'Google', 'Chrome', 'Application'),
      join(folder, 'Microsoft', 'Edge', 'Application'),
    ]),
]
// Emoji are icons of badges: without a font for them a screenshot shows boxes.
const font = 'fonts-noto-color-emoji'

/**
 * Returns the path of a Chromium for the browser tests: the one named by `MILEPOST_CHROMIUM`, one that is installed, or,
 * as root on Debian and its kin, one that it installs.
 *
 * @returns {string}
 * @throws {ScriptError} if none is found, with the way to install one
 */
export function provideChromium() {
  const found = findChromium() ?? installChromium()
  if (found) return found
  throw new ScriptError(
    `The browser tests need Chromium, and none was found. Install it (Debian: apt-get install ${shell} ${font}), ` +
      'or name the program of a Chromium or Chrome in MILEPOST_CHROMIUM.',
  )
}

function findChromium() {
  const named = process.env.MILEPOST_CHROMIUM
  if (named) return named
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...elsewhere].filter(Boolean)
  return folders
    .flatMap(folder => [...names, 'Chromium', 'Google Chrome'].map(name => join(folder, name)))
    .find(isProgram)
}

function installChromium() {
  const isInstalled = installPackages('for the browser tests', [
    [shell, font],
    ['chromium', font],
  ])
  return isInstalled ? findChromium() : undefined
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
