import { describe, expect, it } from 'vitest'
import { createReceiver } from '../../src/receive/receiver.ts'
import type { Rejection } from '../../src/receive/rejection.ts'
import type { Secret } from '../../src/receive/secrets.ts'
import { memoryStore } from '../../src/stores/memory/index.ts'
import { eventFixture, signedRequest } from '../../src/testing/index.ts'

const oldSecret = { id: '2025-11', value: 'whsec_b2xkLXNlY3JldC1vZi10aGUtc3Vic2NyaXB0aW9u' }
const newSecret = { id: '2026-03', value: 'whsec_bmV3LXNlY3JldC1vZi10aGUtc3Vic2NyaXB0aW9u' }
const log = { warn: () => {}, error: () => {} }

/** What the receiver accepts and the sender signs with, step by step; newest first. */
const steps: readonly (readonly [
  step: string,
  receiver: readonly Secret[],
  sender: readonly Secret[],
  secretId: string,
])[] = [
  ['before', [oldSecret], [oldSecret], '2025-11'],
  ['2. the receiver accepts both', [newSecret, oldSecret], [oldSecret], '2025-11'],
  ['3. the sender signs with both', [newSecret, oldSecret], [newSecret, oldSecret], '2026-03'],
  ['3. the sender has forgotten the old one', [newSecret, oldSecret], [newSecret], '2026-03'],
  ['5. the receiver has forgotten the old one', [newSecret], [newSecret], '2026-03'],
  ['5. the receiver has forgotten it, the sender not yet', [newSecret], [newSecret, oldSecret], '2026-03'],
]

describe('rotating a secret as docs/rotation.md says', () => {
  it.each(steps)(
    '%s: no event is lost, and the secret that signed is seen',
    async (_, accepted, used, secretId) => {
      const seen: string[] = []
      const receiver = createReceiver({ secret: accepted, log })
      receiver.on('scan.completed', (_event, context) => void seen.push(context.secretId))
      const request = await signedRequest('scan.completed', { secret: used.map(({ value }) => value) })
      expect(await receiver.receive(request)).toMatchObject({ status: 200 })
      expect(seen).toEqual([secretId])
    },
  )

  it('handles an event once when two subscriptions with two secrets deliver it', async () => {
    let runs = 0
    const receiver = createReceiver({ secret: [newSecret, oldSecret], store: memoryStore(), log })
    receiver.on('scan.completed', () => {
      runs += 1
    })
    const event = eventFixture('scan.completed')
    const replies = []
    for (const { value } of [oldSecret, newSecret]) {
      replies.push((await receiver.receive(await signedRequest(event, { secret: value }))).body)
    }
    expect(replies).toEqual(['{"status":"processed"}', '{"status":"duplicate"}'])
    expect(runs).toBe(1)
  })

  it.each([
    ['the sender came first', 'secret_rotated', [oldSecret], [newSecret, oldSecret]],
    [
      'the old secret is over',
      'secret_expired',
      [newSecret, { ...oldSecret, notAfter: new Date(0) }],
      [oldSecret],
    ],
  ] as const)('names the cause when %s: %s', async (_, code, accepted, used) => {
    const rejections: Rejection[] = []
    const receiver = createReceiver({
      secret: accepted,
      log,
      onRejected: (rejection) => rejections.push(rejection),
    })
    const request = await signedRequest('scan.completed', { secret: used.map(({ value }) => value) })
    expect(await receiver.receive(request)).toMatchObject({ status: 401 })
    expect(rejections).toMatchObject([{ code: 'signature_mismatch', finding: { code } }])
  })
})
