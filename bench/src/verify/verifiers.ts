import { createHmac, timingSafeEqual } from 'node:crypto'
import { sign as signAsOctokit, verify as verifyAsOctokit } from '@octokit/webhooks-methods'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Stripe } from 'stripe'
import { Webhook as SvixWebhook } from 'svix'
import { sign, verify } from '../../../packages/webhooks/src/wire/index.ts'

/** One library's way to verify a body. */
export interface Verifier {
  readonly name: string
  /**
   * Signs `signed` and returns the check of that signature on `received`: what a receiver calls for each request, with
   * everything made beforehand that can be. The check tells that it refuses as the library does: by its result or by
   * throwing.
   */
  prepare(signed: Buffer, received: Buffer): Promise<() => unknown>
}

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const eventId = '0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e'

/** What every ratio is relative to. */
export const bare: Verifier = {
  name: 'bare node:crypto',
  async prepare(signed, received) {
    const header = `sha256=${createHmac('sha256', secret).update(signed).digest('hex')}`
    return () => verifyByHand(received, header)
  },
}

/** All, with the bare one first. */
export const verifiers: readonly Verifier[] = [
  bare,
  {
    name: 'complywise',
    async prepare(signed, received) {
      const signature = await signByComplyWise(signed)
      const headers = { 'x-complywise-signature': signature['x-complywise-signature'] }
      const secrets = [secret]
      return () => verify({ body: received, headers, secrets })
    },
  },
  {
    name: 'complywise, both signatures',
    async prepare(signed, received) {
      const headers = await signByComplyWise(signed)
      const secrets = [secret]
      return () => verify({ body: received, headers, secrets })
    },
  },
  {
    name: '@octokit/webhooks-methods',
    async prepare(signed, received) {
      const signature = await signAsOctokit(secret, signed.toString())
      // It takes text only.
      const text = received.toString()
      return () => verifyAsOctokit(secret, text, signature)
    },
  },
  {
    name: 'stripe',
    async prepare(signed, received) {
      const { webhooks } = Stripe
      const header = webhooks.generateTestHeaderString({ payload: signed.toString(), secret })
      return () => webhooks.signature?.verifyHeader(received, header, secret)
    },
  },
  {
    name: 'standardwebhooks',
    async prepare(signed, received) {
      const webhook = new StandardWebhook(secret)
      const headers = standardHeaders(webhook.sign(eventId, new Date(), signed.toString()))
      return () => webhook.verify(received, headers, { jsonParse: false })
    },
  },
  {
    name: 'svix',
    async prepare(signed, received) {
      const webhook = new SvixWebhook(secret)
      const headers = standardHeaders(webhook.sign(eventId, new Date(), signed.toString()))
      return () => webhook.verify(received, headers)
    },
  },
]

/** Verification as it is written by hand, with all that an honest one checks. */
function verifyByHand(body: Buffer, header: string): boolean {
  if (!header.startsWith('sha256=')) return false
  const presented = Buffer.from(header.slice('sha256='.length), 'hex')
  const computed = createHmac('sha256', secret).update(body).digest()
  return presented.length === computed.length && timingSafeEqual(presented, computed)
}

function signByComplyWise(body: Buffer) {
  return sign({ eventId, body, attemptedAt: new Date(), secrets: [secret] })
}

function standardHeaders(signature: string) {
  return {
    'webhook-id': eventId,
    'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
    'webhook-signature': signature,
  }
}
