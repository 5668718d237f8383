import type { Command } from '../command.js'

/** Serves the HTTP API, and Studio beside it. */
export const serving: Command = {
  name: 'serve',
  summary: 'serve the HTTP API and Studio until SIGTERM or Ctrl-C',
  notes: [
    'Where there never was a key, it makes one for everything and prints it, this once.',
    'On an address that others can reach it does not start without a key or user tokens: see `milepost key`.',
    'The catalog that was applied last stays in force over a restart. --catalog switches only with --apply.',
    'User tokens: put the secret into MILEPOST_USER_TOKEN_SECRET, or pass a file.',
  ],
  positionals: [],
  options: {
    apply: { help: 'make the catalog of --catalog govern, if another one was applied last' },
    port: { value: 'n', help: 'PORT, else 8080; 0 takes a free one' },
    host: { value: 'address', help: '127.0.0.1; 0.0.0.0 for every address of the machine' },
    'base-path': { value: 'path', help: 'path before /v1 in every route' },
    cors: { value: 'origins', help: 'which web pages may call, exactly: https://a.example,https://b.example' },
    'user-token-secret-file': { value: 'file', help: 'the secret of tokens signed by HS256' },
    'user-token-jwks': { value: 'file', help: 'the public keys of tokens, as JSON Web Keys with `alg` and `kid`' },
    'user-token-audience': { value: 'name', help: '`aud` of tokens; MILEPOST_USER_TOKEN_AUDIENCE, else milepost' },
    'user-token-issuer': { value: 'name', help: '`iss` of tokens; not looked at' },
    'user-token-settings': { value: 'names', help: 'which of timeZone, visibility users may change, by commas; both' },
    'user-token-attributes': { value: 'names', help: 'which attributes users may set, by commas; any' },
    'user-token-leaderboard': { help: 'let users read the leaderboard' },
    connections: { value: 'n', help: 'how many connections to the database at most; 10' },
    prepare: { value: 'true|false', help: 'false behind PgBouncer in transaction mode' },
    'statement-timeout': { value: 'seconds', help: 'ends statements that take longer; 30, 0 for never' },
    grace: { value: 'seconds', help: 'how long requests may go on after SIGTERM; 25' },
    'log-level': { value: 'level', help: 'debug, info, warn or error; info' },
  },
  examples: [
    'milepost serve --catalog catalog.json',
    'milepost serve --database postgres://app@localhost/app --catalog catalog.json --port 3000',
    'milepost serve --host 0.0.0.0 --prepare false --user-token-jwks keys.json --cors https://app.example',
  ],
  // What it needs is loaded only now: the other commands do without.
  run: async call => (await import('../serve/serve.js')).serve(call),
}
