import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { check, type ConformanceCheck } from './conformance-check.ts'
import { runCheck } from './run-check.ts'
import type { RunningServer } from './subject.ts'
import { nodeSubject } from './subjects/node.ts'

const requirement = 'A check says what it found'
const passing: ConformanceCheck = { requirement, ...check('passes', async () => undefined) }
const failing: ConformanceCheck = { requirement, ...check('fails', () => Promise.reject(new Error('No.'))) }
const reason = 'It cannot.'

describe('runCheck', () => {
  let server: RunningServer
  beforeAll(async () => {
    server = await nodeSubject.start()
  })
  afterAll(() => server.close())

  it.each([
    ['a check that passes', passing, {}, { kind: 'passed' }],
    ['a check that fails', failing, {}, { kind: 'failed', error: new Error('No.') }],
    ['a failure that is an exception', failing, { fails: reason }, { kind: 'excused', reason }],
    ['an exception that is none any more', passing, { passes: reason }, { kind: 'stale', reason }],
    [
      'the exception of another check',
      failing,
      { passes: reason },
      { kind: 'failed', error: new Error('No.') },
    ],
  ])('reports %s', async (_what, given, exceptions, verdict) => {
    expect(await runCheck(given, server, exceptions)).toEqual(verdict)
  })
})
