import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { generateSecret, sign, verify } from './index.ts'

/** What a sender or receiver of Standard Webhooks configures for each form of secret. */
const forms = [
  ['a generated secret', generateSecret(), (secret: string) => new Webhook(secret)],
  [
    'a whsec_ secret of 24 bytes',
    'whsec_MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1u',
    (secret: string) => new Webhook(secret),
  ],
  // Without `raw`, the package decodes any secret from base64; as a string, it would take only Latin-1.
  ['a text', 'your-secret', (secret: string) => new Webhook(Buffer.from(secret), { format: 'raw' })],
  [
    'a text beyond ASCII',
    'пароль-🔑',
    (secret: string) => new Webhook(Buffer.from(secret), { format: 'raw' }),
  ],
] as const

const eventId = '0b2f7a54-6d0c-4b1e-9a55-1f7f0f5b3c21'
const json = '{"event":"scan.completed","data":{"name":"Prüfung ✓"}}'
const body = new TextEncoder().encode(json)
// The package compares with the machine's clock, and allows five minutes.
const attemptedAt = new Date(Math.floor(Date.now() / 1000) * 1000)

describe('the Standard Webhooks trio', () => {
  it.each(forms)('made here with %s verifies there', async (_, secret, webhook) => {
    const headers = await sign({ eventId, body, attemptedAt, secrets: [secret] })
    expect(webhook(secret).verify(json, headers)).toStrictEqual(JSON.parse(json))
  })

  it.each(forms)('made there with %s verifies here', async (_, secret, webhook) => {
    const { 'x-complywise-signature': signature } = await sign({
      eventId,
      body,
      attemptedAt,
      secrets: [secret],
    })
    const headers = {
      'x-complywise-signature': signature,
      'webhook-id': 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W',
      'webhook-timestamp': String(attemptedAt.getTime() / 1000),
      'webhook-signature': webhook(secret).sign('msg_2KWPBgLlAfxdpx2AI54pPJ85f4W', attemptedAt, json),
    }
    expect(await verify({ body, headers, secrets: [secret] })).toStrictEqual({
      verified: true,
      secretIndex: 0,
      attemptedAt,
    })
  })

  it.each(forms)(
    'made here during a rotation to %s verifies there with either secret',
    async (_, secret, webhook) => {
      const old = generateSecret()
      const headers = await sign({ eventId, body, attemptedAt, secrets: [secret, old] })
      expect(webhook(secret).verify(json, headers)).toStrictEqual(JSON.parse(json))
      expect(new Webhook(old).verify(json, headers)).toStrictEqual(JSON.parse(json))
    },
  )

  it.each(forms)('made here with %s does not verify there with another secret', async (_, secret) => {
    const headers = await sign({ eventId, body, attemptedAt, secrets: [secret] })
    expect(() => new Webhook(generateSecret()).verify(json, headers)).toThrow('No matching signature')
  })

  it.each(forms)('made there with %s for another body is refused here', async (_, secret, webhook) => {
    const headers = {
      ...(await sign({ eventId, body, attemptedAt, secrets: [secret] })),
      'webhook-signature': webhook(secret).sign(eventId, attemptedAt, '{}'),
    }
    expect(await verify({ body, headers, secrets: [secret] })).toStrictEqual({
      verified: false,
      code: 'attempt_signature_mismatch',
    })
  })
})
