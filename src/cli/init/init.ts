import type { Answer, Call } from '../command.js'
import { exitCodes } from '../exit-code.js'
import { oneOf } from '../options.js'
import type { TerminalScreen } from '../screen.js'
import { writeChanges } from './change.js'
import { differenceLines } from './difference.js'
import { formatWithPrettier } from './format.js'
import { installPackages } from './install.js'
import { installCommands } from './packages.js'
import { type InitPlan, planInit } from './plan.js'
import { type Driver, drivers, frameworks, type Project, readProject } from './project.js'
import { changeLine, summaryLines } from './summary.js'

/** Sets Milepost up in the project of the current folder. @throws USAGE, FILE_UNREADABLE, INSTALL_FAILED, INTERRUPTED */
export async function init(call: Call): Promise<Answer> {
  const found = readProject(process.cwd())
  const project = { ...found, framework: oneOf(call.args, 'framework', frameworks) ?? found.framework }
  call.note(foundLine(project))
  const driver = await driverFor(call, project)
  const plan = planInit(project, driver, new Date())
  if (call.args.flags.has('dry-run')) return dryRun(project, plan)
  if (call.isInteractive && isAnythingToDo(plan) && !(await isAgreed(call, project, plan))) {
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

function isAgreed(call: Call, project: Project, plan: InitPlan): Promise<boolean> {
  call.show(({ paint }) => [
    ...plan.changes.map(change => changeLine(paint, change)),
    ...(call.args.flags.has('skip-install') ? [] : commandLines(project, plan).map(command => `Will run: ${command}`)),
    ...plan.notes,
  ])
  // Nothing of the project is overwritten, so Enter can mean yes.
  return call.confirm('Write this?', { isYesByDefault: true })
}

function isAnythingToDo({ changes, packages }: InitPlan): boolean {
  const isWhole = packages.needed.length === 0 && packages.forDevelopment.length === 0
  return !isWhole || changes.some(({ status }) => status !== 'there')
}

function commandLines({ packageManager }: Project, { packages }: InitPlan): readonly string[] {
  return installCommands(packageManager, packages).map(words => words.join(' '))
}

function dryRun(project: Project, plan: InitPlan): Answer {
  const { changes, notes, manual } = plan
  const commands = commandLines(project, plan)
  return {
    data: { status: 'dry-run', changes, commands, notes, manual },
    lines: ({ paint }) => [
      ...changes.flatMap(change => {
        const lines = change.status === 'there' ? [] : [...differenceLines(change.before, change.after), '']
        return [changeLine(paint, change), ...lines.map(line => painted(paint, line))]
      }),
      ...commands.map(command => `Would run: ${command}`),
      ...notes,
      ...manual,
      'Nothing was written.',
    ],
  }
}

function painted(paint: TerminalScreen['paint'], line: string): string {
  if (line.startsWith('+')) return paint('good', line)
  return line.startsWith('-') ? paint('bad', line) : line
}

function done(
  project: Project,
  plan: InitPlan,
  { isInstallSkipped, isUrlMissing }: { readonly isInstallSkipped: boolean; readonly isUrlMissing: boolean },
): Answer {
  const { changes, notes, manual, next, later, page } = plan
  const commands = commandLines(project, plan)
  const steps = [...(isInstallSkipped ? commands : []), ...next]
  const isUnchanged = !isAnythingToDo(plan)
  const { framework, orm, packageManager, folder } = project
  const installed = isInstallSkipped ? null : readProject(folder).manifest
  return {
    data: {
      status: isUnchanged ? 'unchanged' : 'done',
      framework,
      orm,
      packageManager,
      files: changes.map(({ path, status }) => ({ path, status })),
      installed: isInstallSkipped ? [] : commands,
      notes,
      manual,
      next: steps,
      later,
      page,
    },
    lines: ({ paint }) => summaryLines(paint, plan, { steps, isUnchanged, installed, isUrlMissing }),
  }
}
