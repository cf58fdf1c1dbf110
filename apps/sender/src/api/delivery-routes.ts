import { principalOf } from '../http/access.ts'
import { type Api, json } from '../http/api.ts'
import { ProblemError } from '../http/problem.ts'
import type { DeliveryStore } from '../store/deliveries.ts'
import {
  deliveryDetailAnswer,
  deliveryPage,
  listDeliveriesQuery,
  toDeliveryAnswer,
  toDeliveryDetailAnswer,
  toDeliveryFilter,
} from './delivery-schemas.ts'
import { idParams } from './ids.ts'
import { toPageAnswer, toPageRequest } from './pages.ts'

const tags = ['Delivery Log']

/** Adds the routes under `/api/deliveries`. */
export function addDeliveryRoutes(app: Api, deliveries: DeliveryStore): void {
  app.route({
    method: 'GET',
    url: '/api/deliveries',
    config: { access: ['admin', 'member'] },
    schema: {
      operationId: 'listDeliveries',
      tags,
      summary: 'List deliveries',
      description: 'Newest first. Each filter narrows; together they must all hold.',
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
      description: 'With the bytes that are signed and what became of each attempt.',
      params: idParams,
      response: { 200: json('The delivery.', deliveryDetailAnswer) },
    },
    handler: async (request) => {
      const delivery = await deliveries.get(principalOf(request).accountId, request.params.id)
      if (delivery === undefined) throw new ProblemError('not_found', 'There is no delivery with this id.')
      return toDeliveryDetailAnswer(delivery)
    },
  })
}
