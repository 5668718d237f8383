import type { Answer, Call } from '../command.js'
import { exitCodes } from '../exit-code.js'
import { oneOf } from '../options.js'
import { printable } from '../printable.js'
import type { TerminalScreen } from '../screen.js'
import { type Change, writeChanges } from './change.js'
import { differenceLines } from './difference.js'
import { formatWithPrettier } from './format.js'
import { installPackages } from './install.js'
import { installCommands } from './packages.js'
import { type InitPlan, planInit } from './plan.js'
import { type Driver, drivers, frameworks, type Project, readProject } from './project.js'

/** Sets Milepost up in the project of the current folder. @throws USAGE, FILE_UNREADABLE, INSTALL_FAILED, INTERRUPTED */
export async function init(call: Call): Promise<Answer> {
  const found = readProject(process.cwd())
  const project = { ...found, framework: oneOf(call.args, 'framework', frameworks) ?? found.framework }
  call.note(foundLine(project))
  const driver = await driverFor(call, project)
  const plan = planInit(project, driver, new Date())
  if (call.args.flags.has('dry-run')) return dryRun(project, plan)
  if (call.isInteractive && isAnythingToDo(plan) && !(await isAgreed(call, plan))) {
    return { data: { status: 'declined' }, lines: () => ['Nothing was written.'], exitCode: exitCodes.failed }
  }
  writeChanges(project.folder, plan.changes)
  await formatWithPrettier(project, plan.changes)
  const skips = call.args.flags.has('skip-install')
  if (!skips) await installPackages(project, plan.packages, call.args.flags.has('quiet') || call.args.flags.has('json'))
  const isUrlMissing = plan.needsDatabaseUrl && !call.env.DATABASE_URL
  return done(project, plan, { isInstallSkipped: skips, isUrlMissing })
}

const frameworkNames: Readonly<Record<Project['framework'], string>> = {
  next: 'Next.js',
  sveltekit: 'SvelteKit',
  nest: 'NestJS',
  hono: 'Hono',
  fastify: 'Fastify',
  express: 'Express',
  plain: 'Node',
}

function foundLine({ framework, orm, driver, packageManager, isTypeScript }: Project): string {
  const parts = [isTypeScript ? 'TypeScript' : 'JavaScript', orm, driver, packageManager].filter(part => part !== null)
  return `Found ${frameworkNames[framework]} (${parts.join(', ')}).`
}

async function driverFor(call: Call, project: Project): Promise<Driver> {
  const given = oneOf(call.args, 'driver', drivers) ?? project.driver
  if (given !== null) return given
  if (!call.isInteractive) return 'pglite'
  return call.choose('Where should badges be stored?', [
    { value: 'pglite', label: 'In an embedded Postgres, in the folder .milepost', hint: 'nothing to install or start' },
    { value: 'pg', label: 'In a Postgres server, with pg', hint: 'DATABASE_URL' },
    { value: 'postgres', label: 'In a Postgres server, with postgres.js', hint: 'DATABASE_URL' },
  ])
}

function isAgreed(call: Call, plan: InitPlan): Promise<boolean> {
  call.show(({ paint }) => plan.changes.map(change => changeLine(paint, change)))
  // Nothing of the project is overwritten, so Enter can mean yes.
  return call.confirm('Write this?', { isYesByDefault: true })
}

function isAnythingToDo({ changes, packages }: InitPlan): boolean {
  const isWhole = packages.needed.length === 0 && packages.forDevelopment.length === 0
  return !isWhole || changes.some(({ status }) => status !== 'there')
}

function dryRun(project: Project, { changes, packages, manual }: InitPlan): Answer {
  const commands = installCommands(project.packageManager, packages).map(words => words.join(' '))
  return {
    data: { status: 'dry-run', changes, commands, manual },
    lines: ({ paint }) => [
      ...changes.flatMap(change => {
        const lines = change.status === 'there' ? [] : [...differenceLines(change.before, change.after), '']
        return [changeLine(paint, change), ...lines.map(line => painted(paint, line))]
      }),
      ...commands.map(command => `Would run: ${command}`),
      ...manual,
      'Nothing was written.',
    ],
  }
}

function painted(paint: TerminalScreen['paint'], line: string): string {
  if (line.startsWith('+')) return paint('good', line)
  return line.startsWith('-') ? paint('bad', line) : line
}

const urlHint =
  'Set DATABASE_URL to the address of your Postgres. The command milepost reads it from your shell, not from a .env file.'

const words = { new: 'new    ', changed: 'changed', there: 'there  ' } as const
const styles = { new: 'good', changed: 'warning', there: 'quiet' } as const

function changeLine(paint: TerminalScreen['paint'], { path, status }: Change): string {
  return `${paint(styles[status], words[status])} ${printable(path)}`
}

function packageLines(paint: TerminalScreen['paint'], { needed, forDevelopment }: InitPlan['packages']): string[] {
  const line = (name: string, note: string): string => `${paint('good', words.new)} ${name} (package${note})`
  return [...needed.map(name => line(name, '')), ...forDevelopment.map(name => line(name, ', for development'))]
}

function done(
  project: Project,
  plan: InitPlan,
  { isInstallSkipped, isUrlMissing }: { readonly isInstallSkipped: boolean; readonly isUrlMissing: boolean },
): Answer {
  const { changes, packages, manual, next, dev, later, page, userFile, serviceFile } = plan
  const commands = installCommands(project.packageManager, packages).map(command => command.join(' '))
  const steps = [...(isInstallSkipped ? commands : []), ...next]
  const status = isAnythingToDo(plan) ? 'done' : 'unchanged'
  const { framework, orm, packageManager } = project
  const files = changes.map(({ path, status: change }) => ({ path, status: change }))
  return {
    data: {
      status,
      framework,
      orm,
      packageManager,
      files,
      installed: isInstallSkipped ? [] : commands,
      manual,
      next: steps,
      later,
      page,
    },
    lines: ({ paint }) => [
      ...changes.map(change => changeLine(paint, change)),
      ...(isInstallSkipped ? [] : packageLines(paint, packages)),
      ...(status === 'unchanged' && manual.length === 0 ? ['Everything is there already.'] : []),
      ...(manual.length > 0 ? ['', ...manual] : []),
      '',
      ...(isUrlMissing ? [urlHint, ''] : []),
      ...steps.map((step, i) => `${i === 0 ? 'Next:' : '     '} ${paint('strong', step)}`),
      ...(page === null ? [] : [`Your badges are at ${page}.`]),
      `Who is signed in? Say so in ${userFile}. Until then ${dev ? `only \`${dev}\` has` : 'only development has'} a demo user.`,
      `Record what your users complete: ${serviceFile} shows how.`,
      ...later,
    ],
  }
}
