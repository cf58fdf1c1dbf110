import { describe, expect, it } from 'vitest'
import { diagnose } from '../../src/diagnose/diagnose.ts'
import { createReceiver } from '../../src/receive/receiver.ts'
import { verify } from '../../src/wire/verify.ts'
import { flaws } from './flawed.ts'
import { fuzz } from './fuzz.ts'

const implementation = { createReceiver, verify, diagnose }
/** A long form of this is `pnpm fuzz`. */
const timeout = 120_000

it('receivers answer mutated requests as the wire contract says', { timeout }, async () => {
  const { finding, answers } = await fuzz(implementation, { seed: 1, requests: 20_000 })
  expect(finding).toBeUndefined()
  expect([...answers.keys()].toSorted()).toEqual([
    '200 duplicate',
    '200 ignored',
    '200 processed',
    '400 malformed',
    '401 unauthorized',
    '405 method_not_allowed',
    '409 in_progress',
    '413 too_large',
    '415 unsupported_media_type',
    '422 invalid',
    '500 failed',
    '500 misconfigured',
    '503 unavailable',
  ])
})

describe('fuzzing finds a receiver that', () => {
  it.each(Object.entries(flaws))('%s', { timeout }, async (_flaw, make) => {
    const { finding } = await fuzz(make(implementation), { seed: 1, requests: 20_000, shrinks: false })
    expect(finding).toMatch(/^(?:Type)?Error: .+\nProperty failed after \d+ tests?\n/)
  })
})
