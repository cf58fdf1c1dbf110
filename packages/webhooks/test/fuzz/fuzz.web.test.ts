import { expect, it, vi } from 'vitest'
import { diagnose } from '../../src/diagnose/diagnose.ts'
import { createReceiver } from '../../src/receive/receiver.ts'
import { verify } from '../../src/wire/verify.ts'
import { fuzz } from './fuzz.ts'

vi.mock('#crypto', () => import('../../src/wire/crypto.web.ts'))

it('receivers answer mutated requests the same on WebCrypto', { timeout: 120_000 }, async () => {
  const { finding } = await fuzz({ createReceiver, verify, diagnose }, { seed: 2, requests: 5000 })
  expect(finding).toBeUndefined()
})
