import fc from 'fast-check'
import { expect, test } from 'vitest'
import { operations } from '../../src/http/contract/operations.js'
import { openApiDocument } from '../../src/http/docs/openapi.js'
import { describeOnEach } from '../support/databases.js'
import { httpClient } from '../support/http-client.js'
import { scale } from '../support/scale.js'
import { requestArbitrary } from '../support/shape-arbitraries.js'

const { paths, components } = openApiDocument('0.0.0')
const request = requestArbitrary('/v1/completions', paths['/v1/completions']!.post!, components.schemas)
const { body: schema } = operations.record

/** What the schema cannot say, and the service does. */
const ofTheService =
  /bytes of UTF-8|part of|byte order mark|NUL|lone surrogate|5 minutes in the future|reserved|levels|keys|year 1/

describeOnEach(['pglite'], 'completions that are read by hand', database => {
  test('are taken and refused as the schema that documents them says', async () => {
    const { send } = httpClient(database.db, { limits: { perCredential: false } })
    await fc.assert(
      fc.asyncProperty(request, async ({ body }) => {
        const sent = body ?? null
        const { status, body: answer } = await send('POST', '/v1/completions', { body: sent })
        const isSound = schema.safeParse(JSON.parse(JSON.stringify(sent))).success
        if (!isSound) expect(status, JSON.stringify(answer)).toBe(400)
        else if (status !== 200) expect(answer.detail).toMatch(ofTheService)
      }),
      { numRuns: scale(100, 20_000) },
    )
  })
})
