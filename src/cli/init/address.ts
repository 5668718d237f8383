import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { appFiles, listens, readSource } from './entry.js'
import type { Framework, Project } from './project.js'

const usualPorts: Partial<Readonly<Record<Framework, number>>> = { next: 3000, sveltekit: 5173, plain: 3000 }

/** Returns the address of the page with badges in development, or its path alone if the port is not to be found. */
export function pageAddress(project: Project): string {
  const port = portOf(project)
  return port === null ? '/badges' : `http://localhost:${port}/badges`
}

function portOf(project: Project): string | null {
  const { framework, manifest } = project
  const script = manifest.scripts?.dev ?? manifest.scripts?.['start:dev'] ?? ''
  const inScript = framework === 'plain' ? undefined : /(?:\s-p|--port|\bPORT)[\s=]+(\d{2,5})\b/.exec(script)?.[1]
  const usual = usualPorts[framework]?.toString() ?? null
  return inScript ?? portInFiles(project) ?? usual
}

function portInFiles(project: Project): string | undefined {
  const { framework, folder } = project
  if (framework === 'next' || framework === 'plain') return undefined
  const read = (path: string): string => readSource(project, path)
  if (framework === 'sveltekit') {
    const config = ['vite.config.ts', 'vite.config.js'].find(path => existsSync(join(folder, path)))
    return config === undefined ? undefined : portIn(read(config))
  }
  const texts = appFiles(project).map(read).filter(listens)
  const given = texts.some(text => /\benv\.PORT\b/.test(text)) ? portInEnvironment(project) : undefined
  return given ?? texts.map(portIn).find(port => port !== undefined)
}

const said = [
  /\blisten\(\s*(\d{2,5})\b/,
  /\benv\.PORT\b[^\n;,]{0,20}?\b(\d{2,5})\b/,
  /\bport\b[^\n;,]{0,60}?\b(\d{2,5})\b/i,
]

// As in `listen(3000)`, `process.env.PORT ?? 3000` and `{ port: 3000 }`.
function portIn(text: string): string | undefined {
  return said.map(pattern => pattern.exec(text)?.[1]).find(port => port !== undefined)
}

function portInEnvironment(project: Project): string | undefined {
  if (!existsSync(join(project.folder, '.env'))) return undefined
  return /^PORT\s*=\s*["']?(\d{2,5})\b/m.exec(readSource(project, '.env'))?.[1]
}
