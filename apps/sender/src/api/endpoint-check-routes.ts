import { principalOf } from '../http/access.ts'
import { type Api, json } from '../http/api.ts'
import { ProblemError } from '../http/problem.ts'
import { createNetwork } from '../network/open-connection.ts'
import { checkEndpointBody, endpointCheckAnswer, toEndpointCheckAnswer } from './endpoint-check-schemas.ts'
import { preflight } from './endpoint-check.ts'
import { type EndpointJudging, untilLeft } from './subscription-warnings.ts'

/** What the check of endpoints works with. */
export interface EndpointCheckRoutesOptions extends EndpointJudging {
  /** What {@link EndpointJudging.endpointBudget} has for a minute. */
  readonly endpointChecksPerMinute: number
}

/** Adds `POST /api/endpoint-checks`. */
export function addEndpointCheckRoutes(app: Api, options: EndpointCheckRoutesOptions): void {
  const {
    connectsToEndpoints: connects = false,
    endpointChecksPerMinute: perMinute,
    endpointBudget,
  } = options
  const network = createNetwork(options)

  app.route({
    method: 'POST',
    url: '/api/endpoint-checks',
    config: { access: ['admin'], problems: ['checks_too_frequent'] },
    schema: {
      operationId: 'checkEndpoint',
      tags: ['Subscriptions'],
      summary: 'Check an endpoint',
      description:
        'Looks the name up, connects, checks the certificate and sends a HEAD without a body, as creating a subscription does, and tells what it saw. Nothing is stored. An account may have 30 a minute; creating a subscription and changing its URL count too, and only look the name up beyond that. Where the sender is set up not to connect (`SENDER_CONNECT_TO_ENDPOINTS=false`), only the name is looked up.',
      body: checkEndpointBody,
      response: { 200: json('What was found.', endpointCheckAnswer) },
    },
    handler: async (request, reply) => {
      const taken = endpointBudget.take(principalOf(request).accountId)
      if (!taken.granted) throw tooFrequent(perMinute, taken.retryAfterSeconds)
      const { url } = request.body
      // Whoever goes on typing wants to know of another URL.
      const signal = untilLeft(reply)
      return toEndpointCheckAnswer(url, await preflight(url, { network, connects, signal }))
    },
  })
}

function tooFrequent(perMinute: number, retryAfterSeconds: number): ProblemError {
  const detail = `An account may have ${perMinute} endpoints looked at in a minute, here and by subscriptions.`
  return new ProblemError('checks_too_frequent', detail, {
    headers: { 'retry-after': String(retryAfterSeconds) },
  })
}
