import { generateSecret } from '@complywise/webhooks'
import { z } from 'zod'
import { type Api, json } from '../http/api.ts'
import { entityTag, etagHeader, ifMatchHeader } from '../http/entity-tag.ts'
import { idempotencyHeader, readIdempotencyKey, replayedHeader } from '../http/idempotency-key.ts'
import { ProblemError } from '../http/problem.ts'
import type { StoredAnswer } from '../store/idempotency.ts'
import { MAX_SECRETS } from '../store/subscription-secrets.ts'
import type { Subscription } from '../store/subscription.ts'
import { idParams } from './ids.ts'
import { rotateSecretBody } from './subscription-bodies.ts'
import { sendRepeated, sendStored } from './subscription-create-route.ts'
import { changeRefused } from './subscription-refusals.ts'
import type { SubscriptionRoutesOptions } from './subscription-routes.ts'
import { subscriptionSecretAnswer, toSubscriptionAnswer } from './subscription-schemas.ts'
import { targetOf } from './subscription-target.ts'
import { type Warning, warnOfSecret } from './subscription-warnings.ts'

/** Adds `POST /api/webhooks/{id}/rotate-secret`. */
export function addSubscriptionSecretRoute(
  app: Api,
  { subscriptions, healthPolicy }: Pick<SubscriptionRoutesOptions, 'subscriptions' | 'healthPolicy'>,
): void {
  app.route({
    method: 'POST',
    url: '/api/webhooks/:id/rotate-secret',
    config: {
      access: ['admin'],
      answerHeaders: { ...etagHeader, ...replayedHeader },
      problems: [
        'secret_limit_reached',
        'precondition_failed',
        'idempotency_key_in_use',
        'idempotency_key_reused',
      ],
    },
    schema: {
      operationId: 'rotateSecret',
      tags: ['Subscriptions'],
      summary: 'Rotate the secret of a subscription',
      description:
        'The new secret signs from now on, and the old ones beside it for `overlap_seconds`: `webhook-signature` has a signature of each, the newest first; `X-ComplyWise-Signature` is made with the new one alone. So give the receiver the new secret beside the old one *before* this, and send it as `secret`. An old secret that still signs may be sent, to go back to it; the newest one again, with a shorter `overlap_seconds`, ends the older ones earlier.',
      params: idParams,
      headers: z.object({ ...ifMatchHeader, ...idempotencyHeader }),
      body: rotateSecretBody,
      response: { 200: json('Rotated. No other answer ever holds the secret.', subscriptionSecretAnswer) },
    },
    handler: async (request, reply) => {
      const { secret: given, overlap_seconds: overlapSeconds } = request.body
      const target = targetOf(request, request.params.id)
      const repeatable = readIdempotencyKey(request, request.body)
      const secret = given ?? generateSecret()
      const warnings = given === undefined ? [receiverUnprepared(overlapSeconds)] : warnOfSecret(given)
      const toAnswer = (subscription: Subscription): StoredAnswer => {
        const answer = toSubscriptionAnswer(subscription, healthPolicy)
        return {
          status: 200,
          headers: { etag: entityTag(subscription.version, answer) },
          body: { ...answer, secret, warnings },
        }
      }
      const once = repeatable && { ...repeatable, toAnswer }
      const rotated = await subscriptions.rotateSecret(target, { secret, overlapSeconds }, once)
      switch (rotated.kind) {
        case 'done':
          return sendStored(reply, toAnswer(rotated.result))
        case 'too-many-secrets':
          throw tooManySecrets(rotated.freeAt)
        case 'not-found':
        case 'version-mismatch':
          throw changeRefused(rotated)
        default:
          return sendRepeated(reply, rotated)
      }
    },
  })
}

function receiverUnprepared(overlapSeconds: number): Warning {
  const until =
    overlapSeconds === 0
      ? 'It refuses events until it has it'
      : 'One that verifies X-ComplyWise-Signature refuses events until it has it'
  const detail = `The receiver cannot know a secret that was made just now. ${until}; what it refuses is sent again. Next time, give it the new secret first, and send it here.`
  return { code: 'receiver_unprepared', path: '/secret', detail }
}

function tooManySecrets(freeAt: Date): ProblemError {
  const at = freeAt.toISOString()
  const detail = `${MAX_SECRETS} secrets sign already. Wait until ${at}, when the first of them expires, or rotate with overlap_seconds 0, which ends all old ones at once.`
  const seconds = Math.max(1, Math.ceil((freeAt.getTime() - Date.now()) / 1000))
  return new ProblemError('secret_limit_reached', detail, {
    headers: { 'retry-after': String(seconds) },
    members: { free_at: at },
  })
}
