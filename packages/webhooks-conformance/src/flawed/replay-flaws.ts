import type { ReceivedRequest } from '@complywise/webhooks'
import { attemptHeaders, hmac } from '../driver/signature.ts'
import { secrets } from '../fixture/secrets.ts'
import { changeHeader, headersOf, setHeader } from './change-request.ts'
import { around, type Flaw, jsonOf, replyOf, withOptions } from './flaw.ts'

const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const

/** Longer than anything is old. */
const foreverMs = 1e15
const dayMs = 86_400_000

/** Mistakes in deciding when a request was made. */
export const replayFlaws: readonly Flaw[] = [
  {
    name: 'takes events of any age',
    create: withOptions(() => ({ maxAgeMs: foreverMs, clockSkewMs: foreverMs })),
    fails: ['an event that is too old', 'an event from the future'],
  },
  {
    name: 'takes events from the future',
    create: withOptions(() => ({ clockSkewMs: foreverMs })),
    fails: ['an event from the future'],
  },
  {
    name: 'knows no two clocks that differ',
    create: withOptions(() => ({ clockSkewMs: 0 })),
    fails: ['an event a little ahead of the clock is accepted'],
  },
  {
    name: 'takes events for too old before their last retry',
    create: withOptions(() => ({ maxAgeMs: 2 * dayMs })),
    fails: ['an event from the sender’s last retry is accepted'],
  },
  {
    name: 'takes attempts of any age',
    create: withOptions(() => ({ attemptWindowMs: foreverMs })),
    fails: ['an attempt that is too old', 'an attempt from the future'],
  },
  {
    name: 'ignores the attempt',
    create: around((request, next) => next(withoutAttempt(request))),
    fails: [
      'an old event in a new attempt is accepted',
      'an attempt that is too old',
      'an attempt from the future',
      'an attempt signed with another secret',
      'an attempt whose time was changed',
      'an attempt without its *',
      'an attempt with *',
      'a signed attempt, where they are required, is accepted',
    ],
  },
  {
    name: 'ignores an attempt that lacks something',
    create: around((request, next) => next(isComplete(request) ? request : withoutAttempt(request))),
    fails: ['an attempt without its *'],
  },
  {
    name: 'does not verify the attempt',
    create: around(async (request, next) => next(isComplete(request) ? await signedAnew(request) : request)),
    fails: ['an attempt signed with another secret', 'an attempt whose time was changed'],
  },
  {
    name: 'takes the key of an attempt as it is written',
    create: around(async (request, next) => {
      const { body } = request
      const [id, seconds, signature] = names.map((name) => headersOf(request).get(name))
      if (!isComplete(request) || !ArrayBuffer.isView(body)) return next(request)
      const signed = Buffer.concat([Buffer.from(`${id}.${seconds}.`), body])
      const expected = (await hmac(Buffer.from(secrets.main), signed)).toString('base64')
      return signature === `v1,${expected}` ? next(request) : replyOf(401, 'unauthorized')
    }),
    fails: [
      'an old event in a new attempt is accepted',
      'a new event in a signed attempt is accepted',
      'an attempt signed with two secrets, the known one last, is accepted',
      'a signed attempt, where they are required, is accepted',
      'a redelivery, with other headers, is a duplicate',
    ],
  },
  {
    name: 'reads the first signature of an attempt only',
    create: around((request, next) =>
      next(changeHeader(request, 'webhook-signature', (value) => value.split(' ', 1)[0])),
    ),
    fails: ['an attempt signed with two secrets, the known one last, is accepted'],
  },
  {
    name: 'ignores that an attempt has a header twice',
    create: around((request, next) =>
      next(
        names.reduce(
          (changed, name) => changeHeader(changed, name, (value) => value.split(', ', 1)[0]),
          request,
        ),
      ),
    ),
    fails: ['an attempt with *'],
  },
  {
    name: 'never requires a signed attempt',
    create: withOptions(() => ({ requireAttemptSignature: false })),
    fails: ['an unsigned attempt, where signed ones are required'],
  },
  {
    name: 'looks at the age of the event in every attempt',
    create: around(async (request, next) => {
      const at = new Date(Object(jsonOf(request)).timestamp).getTime()
      return Date.now() - at > 7 * dayMs ? replyOf(401, 'unauthorized') : next(request)
    }),
    fails: ['an old event in a new attempt is accepted'],
  },
]

function withoutAttempt(request: ReceivedRequest): ReceivedRequest {
  return names.reduce((changed, name) => changeHeader(changed, name, () => undefined), request)
}

function isComplete(request: ReceivedRequest): boolean {
  const headers = headersOf(request)
  return names.every((name) => headers.has(name))
}

/** Only where nothing was sent twice: that is another mistake. */
async function signedAnew(request: ReceivedRequest): Promise<ReceivedRequest> {
  const { body } = request
  const headers = headersOf(request)
  const [id, seconds, signatures] = names.map((name) => headers.get(name) ?? '')
  if (!ArrayBuffer.isView(body) || [id, seconds, signatures].some((value) => value?.includes(', ')))
    return request
  const attempt = { id: id!, at: new Date(Number(seconds) * 1000), body }
  const signed = await attemptHeaders(attempt, secrets.main)
  return signed.reduce((changed, [name, value]) => setHeader(changed, name, value), request)
}
