#!/usr/bin/env node
import { run } from './run.js'

const { argv, env, stdin, stdout, stderr } = process
// It is not a failure if a reader such as `head` closes the pipe.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
const nowMs = (): number => performance.now()
// Not process.exit, which would drop output that is not yet written to a pipe.
process.exitCode = await run({
  argv: argv.slice(2),
  env,
  stdin,
  stdout,
  stderr,
  nowMs,
  exit: code => process.exit(code),
})
