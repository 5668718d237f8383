import type { Answer, Call } from '../command.js'
import { failure, usageError } from '../failure.js'
import { openPage } from '../open-page.js'
import { serve } from './serve.js'

/**
 * Prints the address of Studio on a server, and opens it on request. Without a server, serves one. @throws
 * STUDIO_MISSING, USAGE
 */
export async function showStudio(call: Call): Promise<Answer> {
  const [server] = call.args.positionals
  if (server === undefined) return serve(call, url => tell(call, url))
  const url = studioOf(server)
  await requireAnswer(url)
  await openWhereAsked(call, url)
  return { data: { studio: url }, lines: () => [url] }
}

// Programs read the address from the log.
async function tell(call: Call, url: string): Promise<void> {
  call.note(`Studio: ${url}`)
  await openWhereAsked(call, url)
}

async function openWhereAsked(call: Call, url: string): Promise<void> {
  if (!call.args.flags.has('open')) return
  if (!(await openPage(url))) call.note('Could not start a browser. Open the address yourself.')
}

function studioOf(server: string): string {
  const isAddress = URL.canParse(server) && /^https?:$/.test(new URL(server).protocol)
  if (!isAddress)
    throw usageError(`"${server}" is not a valid server address.`, 'Use one such as https://badges.example.com')
  const { origin, pathname } = new URL(server)
  const base = pathname.replace(/\/+$/, '').replace(/\/studio$/, '')
  return `${origin}${base}/studio/`
}

const patienceMs = 10_000

async function requireAnswer(url: string): Promise<void> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(patienceMs) }).catch((error: Error) => error)
  if (answer instanceof Error)
    throw failure(
      'STUDIO_MISSING',
      `${url} does not answer: ${reasonOf(answer)}.`,
      'Check that the server is running at this address.',
    )
  await answer.body?.cancel()
  if (answer.ok && /text\/html/.test(answer.headers.get('content-type') ?? '')) return
  const advice = 'A server of `milepost serve` has it; one of your own needs createMilepostServer({ studio: true }).'
  throw failure('STUDIO_MISSING', `No Studio found at ${url} (status ${answer.status}).`, advice)
}

function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}
