import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LambdaEvent } from '@complywise/webhooks/lambda'
import { type GatewayRequest, readGatewayRequest } from './gateway-request.ts'
import { httpApiEvent } from './http-api.ts'
import { loadBalancerEvent } from './load-balancer.ts'
import { restApiEvent } from './rest-api.ts'

/** Something of AWS that invokes a function for a request. */
export interface GatewayKind {
  readonly name: string
  /** The longest body that it takes. */
  readonly maxBodyBytes: number
  event(request: GatewayRequest): object
  /** The headers that it takes from a result. */
  headers(result: GatewayResult): Record<string, string | string[]>
}

/** What a function returns. */
export interface GatewayResult {
  readonly statusCode: number
  readonly headers?: Record<string, string>
  readonly multiValueHeaders?: Record<string, string[]>
  readonly body?: string
  readonly isBase64Encoded?: boolean
}

const bothHeaders: GatewayKind['headers'] = ({ headers, multiValueHeaders }) => ({
  ...headers,
  ...multiValueHeaders,
})
const singleHeaders: GatewayKind['headers'] = ({ headers = {} }) => headers
const multiValueHeaders: GatewayKind['headers'] = ({ multiValueHeaders = {} }) => multiValueHeaders

/** Everything that the Lambda adapter understands. */
export const gatewayKinds = {
  restApi: {
    name: 'REST API',
    maxBodyBytes: 10_485_760,
    event: (request) => restApiEvent(request, false),
    headers: bothHeaders,
  },
  binaryRestApi: {
    name: 'REST API, binary',
    maxBodyBytes: 10_485_760,
    event: (request) => restApiEvent(request, true),
    headers: bothHeaders,
  },
  httpApi: {
    name: 'HTTP API, function URL',
    maxBodyBytes: 6_291_456,
    event: httpApiEvent,
    headers: singleHeaders,
  },
  loadBalancer: {
    name: 'load balancer',
    maxBodyBytes: 1_048_576,
    event: (request) => loadBalancerEvent(request, false),
    headers: singleHeaders,
  },
  multiValueLoadBalancer: {
    name: 'load balancer, multi-value',
    maxBodyBytes: 1_048_576,
    event: (request) => loadBalancerEvent(request, true),
    headers: multiValueHeaders,
  },
} as const satisfies Readonly<Record<string, GatewayKind>>

/** Invokes a function for each request, as AWS does: what goes in and comes out passes through JSON. */
export function gateway(
  kind: GatewayKind,
  invoke: (event: LambdaEvent, path: string) => Promise<unknown>,
): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  return async (incoming, outgoing) => {
    let request: GatewayRequest
    if (Number(incoming.headers['content-length']) > kind.maxBodyBytes) return refuse(incoming, outgoing)
    try {
      request = await readGatewayRequest(incoming)
    } catch {
      // The client has gone before its request was complete, and nothing is invoked.
      return
    }
    if (request.body.length > kind.maxBodyBytes) return refuse(incoming, outgoing)
    const event: LambdaEvent = JSON.parse(JSON.stringify(kind.event(request)))
    const result: GatewayResult = JSON.parse(JSON.stringify(await invoke(event, request.path)))
    const body = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8')
    outgoing.writeHead(result.statusCode, {
      ...kind.headers(result),
      'content-length': body.length,
    })
    outgoing.end(body)
  }
}

function refuse(incoming: IncomingMessage, outgoing: ServerResponse): void {
  incoming.resume()
  outgoing.writeHead(413, { 'content-type': 'application/json' }).end('{"message":"Request Too Long"}')
}
