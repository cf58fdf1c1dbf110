import { describe, expect, test } from 'vitest'
import { makeSecret } from '../../../src/webhooks/subscription/make-secret.ts'
import { layoutRotation } from '../../../src/webhooks/subscription/rotation-layout.ts'
import {
  chosenSecret,
  lackOf,
  receiverWithBoth,
  type RotationForm,
} from '../../../src/webhooks/subscription/rotation-steps.ts'

const newest = { hint: '…new', created_at: '2026-03-02T00:00:00.000Z', expires_at: null }
const old = { hint: '…old', created_at: '2025-03-02T00:00:00.000Z', expires_at: '2026-03-03T00:00:00.000Z' }
const older = { hint: '…odd', created_at: '2026-03-01T23:00:00.000Z', expires_at: '2026-03-02T12:00:00.000Z' }
const noon = Date.parse('2026-03-02T06:00:00.000Z')

describe('the timeline of a rotation', () => {
  test('there is none while one secret signs alone', () => {
    expect(layoutRotation([newest], noon)).toBeUndefined()
    expect(layoutRotation([], noon)).toBeUndefined()
  })

  test('there is none once the old one has expired', () => {
    expect(layoutRotation([newest, old], Date.parse('2026-03-03T00:00:01.000Z'))).toBeUndefined()
  })

  test('the old one ends where it expires, the new one goes on, and now is between', () => {
    const layout = layoutRotation([newest, old], noon)
    const [before, after] = layout?.bars ?? []
    expect(before).toMatchObject({ secret: old, isNewest: false, left: 0, beganBefore: true })
    expect(after).toMatchObject({ secret: newest, isNewest: true, beganBefore: false })
    expect(after!.left + after!.width).toBeCloseTo(100)
    expect(layout!.now).toBeGreaterThan(after!.left)
    expect(layout!.now).toBeLessThan(before!.width)
    expect(before!.width).toBeLessThan(100)
  })

  test('each of several old ones ends at its own time, the oldest above', () => {
    const layout = layoutRotation([newest, older, old], noon)
    expect(layout?.bars.map(({ secret }) => secret.hint)).toEqual(['…old', '…odd', '…new'])
    expect(layout!.bars[1]!.left + layout!.bars[1]!.width).toBeLessThan(layout!.bars[0]!.width)
  })
})

describe('rotating step by step', () => {
  const form: RotationForm = {
    source: 'generated',
    generated: 'whsec_generated',
    given: '',
    overlap: '86400',
    isReceiverReady: false,
  }

  test.each<[Partial<RotationForm>, string | undefined]>([
    [{}, 'receiver'],
    [{ isReceiverReady: true }, undefined],
    [{ overlap: '0' }, undefined],
    [{ source: 'given' }, 'secret'],
    [{ source: 'given', given: 'mine', isReceiverReady: true }, undefined],
  ])('with %o it lacks %s', (change, lack) => {
    expect(lackOf({ ...form, ...change })).toBe(lack)
  })

  test('what is sent is what was chosen', () => {
    expect(chosenSecret(form)).toBe('whsec_generated')
    expect(chosenSecret({ ...form, source: 'given', given: 'mine' })).toBe('mine')
  })

  test('the receiver’s code forgets the old secret two days after it signs no more, at the earliest', () => {
    const code = receiverWithBoth(new Date('2026-03-01T12:00:00.000Z'), '86400')
    expect(code).toContain("id: '2026-03-01', value: NEW_SECRET")
    expect(code).toContain("notAfter: new Date('2026-03-05T00:00:00Z')")
  })

  test('secrets that are made here have the form of the sender’s, and differ', () => {
    expect(makeSecret()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(makeSecret()).not.toBe(makeSecret())
  })
})
