#!/usr/bin/env node
import { run } from './run.js'

const { argv, env, stdin, stdout, stderr } = process
// A reader such as `head` that has had enough is no failure.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
const nowMs = (): number => performance.now()
// Not process.exit: it would cut off what is not yet written to a pipe.
process.exitCode = await run({
  argv: argv.slice(2),
  env,
  stdin,
  stdout,
  stderr,
  nowMs,
  exit: code => process.exit(code),
})
