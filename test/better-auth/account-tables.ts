import { boolean, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

// The tables that Better Auth works with, as its command writes them.
const at = (name: string) => timestamp(name, { withTimezone: true })
const every = {
  id: text('id').primaryKey(),
  createdAt: at('created_at').notNull(),
  updatedAt: at('updated_at').notNull(),
}

export const accountTables = {
  user: pgTable('user', {
    ...every,
    name: text('name').notNull(),
    email: text('email').notNull().unique(),
    emailVerified: boolean('email_verified').notNull(),
    image: text('image'),
  }),
  session: pgTable('session', {
    ...every,
    expiresAt: at('expires_at').notNull(),
    token: text('token').notNull().unique(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    userId: text('user_id').notNull(),
  }),
  account: pgTable('account', {
    ...every,
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    userId: text('user_id').notNull(),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: at('access_token_expires_at'),
    refreshTokenExpiresAt: at('refresh_token_expires_at'),
    scope: text('scope'),
    password: text('password'),
  }),
  verification: pgTable('verification', {
    ...every,
    identifier: text('identifier').notNull(),
    value: text('value').notNull(),
    expiresAt: at('expires_at').notNull(),
  }),
}

const statements = `
  DROP TABLE IF EXISTS "verification", "account", "session", "user";
  CREATE TABLE "user" (id text PRIMARY KEY, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,
    name text NOT NULL, email text NOT NULL UNIQUE, email_verified boolean NOT NULL, image text);
  CREATE TABLE "session" (id text PRIMARY KEY, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL, token text NOT NULL UNIQUE, ip_address text, user_agent text,
    user_id text NOT NULL REFERENCES "user" ON DELETE CASCADE);
  CREATE TABLE "account" (id text PRIMARY KEY, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,
    account_id text NOT NULL, provider_id text NOT NULL, user_id text NOT NULL REFERENCES "user" ON DELETE CASCADE,
    access_token text, refresh_token text, id_token text, access_token_expires_at timestamptz,
    refresh_token_expires_at timestamptz, scope text, password text);
  CREATE TABLE "verification" (id text PRIMARY KEY, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL,
    identifier text NOT NULL, value text NOT NULL, expires_at timestamptz NOT NULL)`

/** Creates the tables of Better Auth anew. */
export async function createAccountTables(client: { exec: (statements: string) => Promise<unknown> }): Promise<void> {
  await client.exec(statements)
}
