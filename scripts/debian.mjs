import { spawnSync } from 'node:child_process'

/**
 * Installs packages as root on Debian and its kin: the first of `choices` that can be installed.
 *
 * @param {string} reason What they are for. It is printed.
 * @param {readonly (readonly string[])[]} choices Lists of packages.
 * @returns {boolean} Whether any of them was installed.
 */
export function installPackages(reason, choices) {
  if (process.getuid?.() !== 0) return false
  console.log(`Installing ${choices[0].join(' and ')} ${reason} (once)…`)
  const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  spawnSync('apt-get', ['update', '-qq'], options)
  return choices.some(packages => {
    const { status } = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options)
    return status === 0
  })
}
