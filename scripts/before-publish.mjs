// npm shows the README on the package page and resolves its links and images against `repository`: without it they all break.
import { readFileSync } from 'node:fs'

const { repository } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
if (!/github\.com|^github:|^[\w-]+\/[\w.-]+$/.test(repository?.url ?? repository ?? '')) {
  console.error(
    'package.json names no GitHub repository. Add "repository", so that the links of the README work on npm.',
  )
  process.exitCode = 1
}
