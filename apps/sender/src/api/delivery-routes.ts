import { defaultRetryPolicy } from '../domain/backoff.ts'
import { principalOf } from '../http/access.ts'
import { type Api, json } from '../http/api.ts'
import { ProblemError } from '../http/problem.ts'
import type { DeliveryStore } from '../store/deliveries.ts'
import type { Redelivered, RedeliveryStore } from '../store/redeliveries.ts'
import { deliveryDetailAnswer, toDeliveryDetailAnswer } from './delivery-detail-schemas.ts'
import { listDeliveriesQuery, toDeliveryFilter } from './delivery-query.ts'
import { deliveryAnswer, deliveryPage, toDeliveryAnswer } from './delivery-schemas.ts'
import { idParams } from './ids.ts'
import { toPageAnswer, toPageRequest } from './pages.ts'

/** What the routes of the Delivery Log work with. */
export interface DeliveryRoutesOptions {
  readonly deliveries: DeliveryStore
  readonly redeliveries: RedeliveryStore
  /** The retry policy's, to say which attempt is next. Default: the default policy's. */
  readonly retryMaxAttempts?: number
}

const tags = ['Delivery Log']

/** Adds the routes under `/api/deliveries`. */
export function addDeliveryRoutes(app: Api, options: DeliveryRoutesOptions): void {
  const { deliveries, redeliveries, retryMaxAttempts = defaultRetryPolicy.maxAttempts } = options

  app.route({
    method: 'GET',
    url: '/api/deliveries',
    config: { access: ['admin', 'member'] },
    schema: {
      operationId: 'listDeliveries',
      tags,
      summary: 'List deliveries',
      description:
        'Newest first. Each filter narrows; together they must all hold. A search that takes longer than a moment answers with what it has: a page may be short, or empty, and still have a `next_cursor`, with which it goes on.',
      querystring: listDeliveriesQuery,
      response: { 200: json('A page of the Delivery Log.', deliveryPage) },
    },
    handler: async (request) => {
      const { accountId } = principalOf(request)
      const page = await deliveries.list(
        accountId,
        toDeliveryFilter(request.query),
        toPageRequest(request.query),
      )
      return toPageAnswer(page, toDeliveryAnswer)
    },
  })

  app.route({
    method: 'GET',
    url: '/api/deliveries/:id',
    config: { access: ['admin', 'member'] },
    schema: {
      operationId: 'getDelivery',
      tags,
      summary: 'Get a delivery',
      description:
        'With the bytes that are signed, what became of each attempt, and why it is where it is: `why` says what it waits for and what comes next.',
      params: idParams,
      response: { 200: json('The delivery.', deliveryDetailAnswer) },
    },
    handler: async (request) => {
      const delivery = await deliveries.get(principalOf(request).accountId, request.params.id)
      if (delivery === undefined) throw noDelivery()
      return toDeliveryDetailAnswer(delivery, retryMaxAttempts)
    },
  })

  app.route({
    method: 'POST',
    url: '/api/deliveries/:id/redeliver',
    config: { access: ['admin'], problems: ['event_expired', 'subscription_deleted'] },
    schema: {
      operationId: 'redeliver',
      tags,
      summary: 'Deliver again',
      description:
        'Makes a new delivery of the same event, with the same body, to the same subscription. While this delivery, or another one of the event that was asked for, is pending, no other is made: its next attempt is due now instead, and it is answered with 200.',
      params: idParams,
      response: {
        200: json('This one was pending and is due now.', deliveryAnswer),
        201: json('The new delivery.', deliveryAnswer),
      },
    },
    handler: async (request, reply) => {
      const { accountId, actor } = principalOf(request)
      const redelivered = await redeliveries.redeliver(accountId, request.params.id, actor)
      const id = idOf(redelivered)
      const delivery = await deliveries.get(accountId, id)
      if (delivery === undefined) throw noDelivery()
      if (redelivered.kind === 'hastened') return reply.code(200).send(toDeliveryAnswer(delivery))
      return reply.code(201).header('location', `/api/deliveries/${id}`).send(toDeliveryAnswer(delivery))
    },
  })
}

function noDelivery(): ProblemError {
  return new ProblemError('not_found', 'There is no delivery with this id.')
}

function idOf(redelivered: Redelivered): string {
  if (redelivered.kind === 'created' || redelivered.kind === 'hastened') return redelivered.id
  if (redelivered.kind === 'not_found') throw noDelivery()
  const detail =
    redelivered.kind === 'subscription_deleted'
      ? 'The subscription of this delivery was deleted.'
      : 'The body of this event is no longer kept.'
  throw new ProblemError(redelivered.kind, detail)
}
