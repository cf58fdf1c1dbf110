import { describe, expect, it } from 'vitest'
import { connectionFlaws } from './connection-flaws.ts'
import { duplicateFlaws } from './duplicate-flaws.ts'
import { eventFlaws } from './event-flaws.ts'
import { findFlaw } from './find-flaw.ts'
import { handlerFlaws } from './handler-flaws.ts'
import { receiverFlaws } from './receiver-flaws.ts'
import { sizeFlaws } from './size-flaws.ts'

describe('the suite finds a receiver that', () => {
  it.each([
    ...sizeFlaws,
    ...eventFlaws,
    ...handlerFlaws,
    ...duplicateFlaws,
    ...receiverFlaws,
    ...connectionFlaws,
  ])(
    '$name',
    async (flaw) => {
      const { failed, expected } = await findFlaw(flaw)
      expect(failed).toEqual(expected)
    },
    60_000,
  )
})
