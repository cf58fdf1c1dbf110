import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checksFor } from './conformance-checks.ts'
import { runCheck } from './run-check.ts'
import type { RunningServer } from './subject.ts'
import { subjects } from './subjects/subjects.ts'

describe.each(subjects)('$name', (subject) => {
  const checks = checksFor(subject)
  const { exceptions = {} } = subject
  let server: RunningServer
  beforeAll(async () => {
    server = await subject.start()
  })
  afterAll(() => server.close())

  it('has exceptions to checks that exist', () => {
    expect(checks.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(exceptions)))
  })

  it.each(checks)(
    '$requirement: $name',
    async (check) => {
      const expected = Object.hasOwn(exceptions, check.name) ? 'excused' : 'passed'
      expect(await runCheck(check, server, exceptions)).toMatchObject({ kind: expected })
    },
    30_000,
  )
})
