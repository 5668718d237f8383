import type { Command } from '../command.js'

/** Serves the HTTP API and Studio. */
export const serving: Command = {
  name: 'serve',
  summary: 'serve the HTTP API and Studio until SIGTERM or Ctrl-C',
  notes: [
    'Where there never was a key, it makes one for everything and prints it, this once.',
    'On an address that others can reach it does not start without a key or user tokens: see `milepost keys`.',
    'The catalog applied last stays in effect after a restart. --catalog only replaces it together with --apply.',
    'Cron jobs: put the secret of /v1/cron into MILEPOST_CRON_SECRET or CRON_SECRET.',
    'User tokens: put the secret into MILEPOST_USER_TOKEN_SECRET, or pass a file.',
  ],
  positionals: [],
  options: {
    apply: { help: 'apply the catalog of --catalog if another one was applied last' },
    port: { value: 'n', help: '0 uses a free port. Default: PORT, otherwise 8080' },
    host: { value: 'address', help: '0.0.0.0 for every address of the machine. Default: 127.0.0.1' },
    'base-path': { value: 'path', help: 'path before /v1 in every route' },
    cors: { value: 'origins', help: 'allowed origins, separated by commas: https://a.example,https://b.example' },
    'user-token-secret-file': { value: 'file', help: 'file with the secret of HS256 tokens' },
    'user-token-jwks': {
      value: 'file',
      help: 'file with the public keys of tokens, as JSON Web Keys with `alg` and `kid`',
    },
    'user-token-audience': {
      value: 'name',
      help: '`aud` of tokens. Default: MILEPOST_USER_TOKEN_AUDIENCE, otherwise milepost',
    },
    'user-token-issuer': { value: 'name', help: '`iss` of tokens. Default: not checked' },
    'user-token-settings': {
      value: 'names',
      help: 'settings that users may change, separated by commas. Default: timeZone,dayStartsAt,visibility',
    },
    'user-token-attributes': {
      value: 'names',
      help: 'attributes that users may set, separated by commas. Default: any',
    },
    'user-token-leaderboard': { help: 'let users read the leaderboard' },
    connections: { value: 'n', help: 'maximum number of database connections. Default: 10' },
    prepare: {
      value: 'true|false',
      words: ['true', 'false'],
      help: 'use false behind PgBouncer in transaction mode. Default: true',
    },
    'statement-timeout': { value: 'seconds', help: 'limit for each statement; 0 for none. Default: 30' },
    grace: { value: 'seconds', help: 'how long requests can continue after SIGTERM. Default: 25' },
    'log-level': {
      value: 'level',
      words: ['debug', 'info', 'warn', 'error'],
      help: 'debug, info, warn or error. Default: info',
    },
  },
  examples: [
    'milepost serve --catalog catalog.json',
    'milepost serve --database postgres://app@localhost/app --catalog catalog.json --port 3000',
    'milepost serve --host 0.0.0.0 --prepare false --user-token-jwks keys.json --cors https://app.example',
  ],
  // The server's modules are loaded only here, because other commands do not need them.
  run: async call => (await import('../serve/serve.js')).serve(call),
}
