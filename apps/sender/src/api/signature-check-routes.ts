import { headerNames } from '@complywise/webhooks/wire'
import type { SignedAttempt } from '../domain/check-signature-evidence.ts'
import { checkSignature } from '../domain/check-signature.ts'
import { principalOf } from '../http/access.ts'
import { type Api, json } from '../http/api.ts'
import { ProblemError } from '../http/problem.ts'
import type { Attempt, DeliveryStore } from '../store/deliveries.ts'
import type { SecretReader } from '../store/secret-reader.ts'
import { idParams } from './ids.ts'
import {
  checkSignatureBody,
  MAX_HASHED_BYTES,
  signatureCheckAnswer,
  toSignatureCheckAnswer,
} from './signature-check-schemas.ts'
import { createSignatureCheckTurns } from './signature-check-turns.ts'
import { signatureHashing } from './signature-hashing.ts'
import { untilLeft } from './subscription-warnings.ts'
import { createTestBudget } from './test-budget.ts'

/** What the check of signatures works with. */
export interface SignatureCheckRoutesOptions {
  readonly deliveries: DeliveryStore
  readonly secretReader: SecretReader
}

// A check is computing alone, up to some tenths of a second of it.
const CHECKS_PER_MINUTE = 30
const LIMITS = { maxRunning: 2, maxWaiting: 64, maxWaitingOfOneAccount: 8 }

// JSON may spell one byte with six.
const BODY_LIMIT = 6 * MAX_HASHED_BYTES + 16 * 1024

/** Adds `POST /api/deliveries/{id}/check-signature`. */
export function addSignatureCheckRoutes(app: Api, options: SignatureCheckRoutesOptions): void {
  const { deliveries, secretReader } = options
  const budget = createTestBudget(CHECKS_PER_MINUTE)
  const turns = createSignatureCheckTurns(LIMITS)

  app.route({
    method: 'POST',
    url: '/api/deliveries/:id/check-signature',
    bodyLimit: BODY_LIMIT,
    config: {
      access: ['admin', 'member'],
      problems: ['event_expired', 'subscription_deleted', 'checks_too_frequent'],
    },
    schema: {
      operationId: 'checkSignature',
      tags: ['Delivery Log'],
      summary: 'Check a signature',
      description:
        "Compares what the receiver's code computed with what signs this delivery, and names the likely mistake. Nothing is stored. An account may have 30 a minute, which wait for each other.",
      params: idParams,
      body: checkSignatureBody,
      response: { 200: json('What was found.', signatureCheckAnswer) },
    },
    handler: async (request, reply) => {
      const { accountId } = principalOf(request)
      const left = untilLeft(reply)
      const taken = budget.take(accountId)
      if (!taken.granted) throw tooFrequent(taken.retryAfterSeconds)
      const delivery = await deliveries.get(accountId, request.params.id)
      if (delivery === undefined) throw new ProblemError('not_found', 'There is no delivery with this id.')
      const secrets = await secretReader.list(accountId, delivery.subscriptionId)
      if (secrets.length === 0) {
        throw new ProblemError('subscription_deleted', 'The subscription of this delivery was deleted.')
      }
      if (delivery.body === null) {
        throw new ProblemError('event_expired', 'The body of this event is no longer kept.')
      }
      const { signature, body: hashed } = request.body
      const evidence = {
        signature,
        body: delivery.body,
        hashedBody: hashed === undefined ? undefined : new TextEncoder().encode(hashed),
        secrets,
        attempts: delivery.attempts.map(toSignedAttempt),
      }
      const check = await turns.take(accountId, left, async () => {
        return await checkSignature(evidence, signatureHashing)
      })
      return toSignatureCheckAnswer(check)
    },
  })
}

function tooFrequent(retryAfterSeconds: number): ProblemError {
  const detail = `An account may have ${CHECKS_PER_MINUTE} signatures checked in a minute.`
  return new ProblemError('checks_too_frequent', detail, {
    headers: { 'retry-after': String(retryAfterSeconds) },
  })
}

function toSignedAttempt({ number, requestHeaders }: Attempt): SignedAttempt {
  return {
    number,
    signature: requestHeaders?.[headerNames.signature],
    webhookId: requestHeaders?.[headerNames.webhookId],
    webhookTimestamp: requestHeaders?.[headerNames.webhookTimestamp],
    webhookSignature: requestHeaders?.[headerNames.webhookSignature],
  }
}
