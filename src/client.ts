export type {
  BadgeOf,
  CompletionOf,
  ExplanationOf,
  LeaderboardPage,
  ListedMilestoneOf,
  NextMilestoneOf,
  ProgressOf,
  RecordResultOf,
  StatisticsPageOf,
  UserSettings,
} from './client/answers.js'
export type { CatalogNames, CategoryOf, IdOf, UnlockOf } from './client/catalog-names.js'
export { type ClientCallOptions, createClient, type MilepostClient } from './client/client.js'
export { type ClientErrorCode, isClientError, type MilepostClientError } from './client/client-error.js'
export type { ClientOptions } from './client/client-options.js'
export type { StreamEventOf, StreamOptions, StreamState } from './client/stream-event.js'
