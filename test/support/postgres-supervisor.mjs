// Runs one Postgres server for as long as its own standard input is open, and removes the server's folder afterwards.
// The process that started it holds the other end, so the server ends with that process however that process ends.
import { spawn } from 'node:child_process'
import { createWriteStream, rmSync } from 'node:fs'

const { command, args, user, folder, logFile } = JSON.parse(process.argv[2])

const log = createWriteStream(logFile)
const server = spawn(command, args, { ...user, cwd: folder, env: { LC_ALL: 'C' }, stdio: ['ignore', 'ignore', 'pipe'] })
let tail = ''
let isReady = false

server.stderr.setEncoding('utf8').on('data', text => {
  log.write(text)
  tail = (tail + text).slice(-4000)
  if (isReady || !tail.includes('ready to accept connections')) return
  isReady = true
  say({ pid: server.pid })
})
server.once('error', error => end(error.message))
server.once('close', code => end(`exit code ${code}\n${tail}`))

process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop)
process.stdin.once('end', stop).once('error', stop).resume()
// Whoever reads may be gone.
process.stdout.on('error', () => {})

function stop() {
  server.kill('SIGINT')
  setTimeout(() => server.kill('SIGQUIT'), 5000).unref()
}

function end(failure) {
  say({ failure })
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  process.exit()
}

function say(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}
