import { expect, test } from 'vitest'
import { databaseFailure } from './failure.js'

test.each(['record_3', 'record_user_1'])('says what to do if %s is missing, or may not be run', name => {
  const missing = Object.assign(new Error(`function milepost.${name}(unknown) does not exist`), { code: '42883' })
  expect(databaseFailure(missing)).toMatchObject({
    code: 'SCHEMA_MISSING',
    message: expect.stringContaining('Run migrate(db)'),
  })
  const refused = Object.assign(new Error(`permission denied for function ${name}`), { code: '42501' })
  expect(databaseFailure(refused)).toMatchObject({
    code: 'DATABASE_FAILED',
    message: expect.stringContaining('Run GRANT EXECUTE ON ALL FUNCTIONS'),
  })
})
