import { webhookHandler } from '@complywise/webhooks/lambda'
import { controlPath, receiverFixture } from '../fixture/receiver-fixture.ts'
import { gateway, type GatewayKind, gatewayKinds } from '../gateway/gateway.ts'
import type { Exceptions, ParserRoute, RunningServer, Subject } from '../subject.ts'
import { serveNode } from './serve-node.ts'

const parsers: readonly ParserRoute[] = [
  {
    parser: 'a middleware that parses event.body',
    path: '/behind-json',
    outcome: { fix: 'Leave body parsers such as httpJsonBodyParser() off' },
  },
]

const replacedBytes =
  'A JSON body is handed over as text, in which bytes that are no UTF-8 have been replaced.'
const unseenDisconnection = 'A function is not told that the client has gone.'
const ownLimit = 'The gateway has a limit of its own, below this one, and its own answer.'
const oneValue = 'Of a repeated header only the last value is handed over.'

const everywhere: Exceptions = {
  'an announced length beyond the limit is refused before the body comes': ownLimit,
  'a client that goes away aborts the signal of its handler': unseenDisconnection,
  'a handler that stops when its client goes is run again': unseenDisconnection,
}

const notUtf8: Exceptions = { 'a body that is no UTF-8: 400': replacedBytes }

const asText: Exceptions = { ...notUtf8, 'gzip, signed as it was sent: 400': replacedBytes }

const small: Exceptions = {
  'a body of a limit beyond the framework’s own, announced: 200': ownLimit,
  'a body of a limit beyond the framework’s own, chunked: 200': ownLimit,
  'a body longer than the default limit of 1 MiB: 413': ownLimit,
}

const lastValueOnly: Exceptions = {
  'two media types, JSON last: 415': oneValue,
  'the same signature in two headers': oneValue,
  'a wrong signature in a header, and one in a second': oneValue,
  'an attempt with webhook-id twice': oneValue,
  'an attempt with webhook-timestamp twice': oneValue,
  'an attempt with webhook-signature twice': oneValue,
}

/** AWS Lambda, behind everything that makes events of requests. */
export const lambdaSubjects: readonly Subject[] = [
  lambdaSubject(gatewayKinds.restApi, asText),
  lambdaSubject(gatewayKinds.binaryRestApi),
  lambdaSubject(gatewayKinds.httpApi, asText),
  lambdaSubject(gatewayKinds.loadBalancer, notUtf8, small, lastValueOnly),
  lambdaSubject(gatewayKinds.multiValueLoadBalancer, notUtf8, small),
]

function lambdaSubject(kind: GatewayKind, ...exceptions: readonly Exceptions[]): Subject {
  return {
    name: `lambda (${kind.name})`,
    start: () => start(kind),
    parsers,
    exceptions: Object.assign({}, everywhere, ...exceptions),
  }
}

function start(kind: GatewayKind): Promise<RunningServer> {
  const fixture = receiverFixture()
  const functions = new Map(fixture.routes.map(({ path, receiver }) => [path, webhookHandler(receiver)]))
  const behindParser = webhookHandler(fixture.receiver)
  const answer = gateway(kind, async (event, path) =>
    path === '/behind-json'
      ? behindParser({ ...event, body: { parsed: true } })
      : (functions.get(path)?.(event) ?? { statusCode: 404 }),
  )
  return serveNode((request, response) => {
    const { url = '/' } = request
    return url.startsWith(controlPath) ? response.end(fixture.control(url)) : answer(request, response)
  })
}
