import type { UserTokenOptions } from '../../http/auth/user-tokens.js'
import type { Call } from '../command.js'
import { usageError } from '../failure.js'
import type { PoolSettings } from '../open-database.js'
import { oneOf, wholeNumber } from '../options.js'
import { userTokenSettings } from './user-token-settings.js'

/** The settings of `serve`. */
export type ServeSettings = {
  readonly host: string
  readonly port: number
  readonly basePath: string
  readonly origins: readonly string[]
  readonly userTokens: UserTokenOptions | undefined
  /** The secret of `/v1/cron`. */
  readonly cronSecret: string | undefined
  readonly pool: PoolSettings
  readonly graceMs: number
  readonly logLevel: LogLevel
}

const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/** Reads the settings of `serve`. @throws USAGE, FILE_UNREADABLE */
export async function serveSettings({ args, env }: Pick<Call, 'args' | 'env'>): Promise<ServeSettings> {
  const { host = '127.0.0.1', cors = '' } = args.texts
  const isPrepared = oneOf(args, 'prepare', ['true', 'false']) !== 'false'
  const statementTimeoutMs = (wholeNumber(args, 'statement-timeout') ?? 30) * 1000
  const quietLevel = args.flags.has('quiet') ? 'error' : 'info'
  return {
    host,
    port: portOf(args.texts.port ?? (env.PORT || '8080')),
    basePath: basePathOf(args.texts['base-path'] ?? ''),
    origins: cors.split(',').flatMap(each => (each.trim() === '' ? [] : [originOf(each.trim())])),
    userTokens: await userTokenSettings(args, env),
    cronSecret: env.MILEPOST_CRON_SECRET || env.CRON_SECRET || undefined,
    pool: { size: wholeNumber(args, 'connections') || 10, isPrepared, statementTimeoutMs },
    graceMs: (wholeNumber(args, 'grace') ?? 25) * 1000,
    logLevel: oneOf(args, 'log-level', logLevels) ?? quietLevel,
  }
}

/** Checks whether an address can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw usageError(`"${text}" is not a valid port.`, 'Use a whole number up to 65535.')
}

function basePathOf(text: string): string {
  const path = text.replace(/\/+$/, '')
  if (path === '' || /^(\/[A-Za-z0-9._~-]+)+$/.test(path)) return path
  throw usageError(`--base-path must be a path such as /badges, not "${text}".`)
}

function originOf(text: string): string {
  if (URL.canParse(text) && new URL(text).origin === text) return text
  throw usageError(
    `--cors takes origins such as https://app.example, not "${text}".`,
    'Leave out paths, * and trailing slashes.',
  )
}
