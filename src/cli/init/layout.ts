import { posix } from 'node:path'
import { filesIn, type Project } from './project.js'
import { templates } from './templates.generated.js'

/** The name of a template: its path in `templates/`. */
export type TemplateName = keyof typeof templates

/** Where the files of Milepost go in a project, without its folder. */
export function milepostFolder({ framework, source }: Project): string {
  return framework === 'sveltekit' ? 'src/lib/server/milepost' : `${source}milepost`
}

/** Returns the router of Next.js that has the pages of a project. In a folder `app`, the Pages Router has at most an API. */
export function nextRouter(project: Project): 'app' | 'pages' | null {
  const inApp = filesIn(project, `${project.source}app`)
  if (inApp.some(name => name !== 'api')) return 'app'
  if (filesIn(project, `${project.source}pages`).length > 0) return 'pages'
  return inApp.length > 0 ? 'app' : null
}

// In Next.js the page has `/badges` for itself.
function basePathOf({ framework }: Project): string {
  return framework === 'next' ? '/api/milepost' : '/badges'
}

/** Returns the name of a file of code, with the ending of the project. `isJsx`: whether it contains JSX. */
export function codeFile(project: Project, name: string, isJsx = false): string {
  const { isTypeScript, isModule } = project
  if (isTypeScript) return `${name}.${isJsx ? 'tsx' : 'ts'}`
  // Bundlers decide by themselves what a module is.
  if (isServedByFramework(project)) return `${name}.js`
  if (isJsx) return `${name}.jsx`
  return `${name}.${isModule ? 'js' : 'mjs'}`
}

/** Writes the path by which one file imports another; both are paths in the project, the second without its ending. */
export function importPath(project: Project, from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to)
  return (path.startsWith('.') ? path : `./${path}`) + endingOf(project)
}

function endingOf(project: Project): string {
  const { isTypeScript, isModule, compiler } = project
  if (isServedByFramework(project)) return ''
  if (!isTypeScript) return isModule ? '.js' : '.mjs'
  if (compiler.importsTs) return '.ts'
  return isModule ? '.js' : ''
}

/** Returns the text of a template in the language of the project, with its imports and its path of the API. */
export function textOf(project: Project, name: TemplateName): string {
  const text: string = templates[name][project.isTypeScript ? 'ts' : 'js']
  const ending = endingOf(project)
  const userFile = `${milepostFolder(project)}/${codeFile(project, 'user')}`
  return (isServedByFramework(project) ? text : text.replaceAll(/^.*\bcloseWithServer\b.*\n/gm, ''))
    .replaceAll(/from "(\.[^"]*)\.js"/g, (_, path: string) => `from "${path}${ending}"`)
    .replaceAll(/(basePath|baseUrl): "\/badges"/g, (_, option: string) => `${option}: "${basePathOf(project)}"`)
    .replaceAll('"milepost/user.ts"', `"${userFile}"`)
}

/** Whether the framework itself makes the server, and stops it. */
export function isServedByFramework({ framework }: Pick<Project, 'framework'>): boolean {
  return framework === 'next' || framework === 'sveltekit'
}
