import { describe, expect, it } from 'vitest'
import { bodyFlaws } from './body-flaws.ts'
import { findFlaw } from './find-flaw.ts'
import { replayFlaws } from './replay-flaws.ts'
import { replyFlaws } from './reply-flaws.ts'
import { requestFlaws } from './request-flaws.ts'
import { signatureFlaws } from './signature-flaws.ts'

describe('the suite finds a receiver that', () => {
  it.each([...replyFlaws, ...requestFlaws, ...signatureFlaws, ...replayFlaws, ...bodyFlaws])(
    '$name',
    async (flaw) => {
      const { failed, expected } = await findFlaw(flaw)
      expect(failed).toEqual(expected)
    },
    60_000,
  )
})
