import type { ReceivedRequest, UnreadableBody } from '../../receive/request.ts'
import { decodeBase64 } from '../../wire/encoding.ts'
import type { HeaderRecord } from '../../wire/headers.ts'

/**
 * What is read of the events of API Gateway's REST API (payload format 1.0), its HTTP API and function URLs (2.0), and
 * Application Load Balancers, with multi-value headers or without. The types of `@types/aws-lambda` fit.
 */
export interface LambdaEvent {
  /** 1.0, load balancers. */
  readonly httpMethod?: string
  /** 1.0, load balancers. */
  readonly path?: string
  readonly queryStringParameters?: Parameters | null
  readonly multiValueQueryStringParameters?: MultiValueParameters | null
  readonly headers?: Parameters | null
  readonly multiValueHeaders?: MultiValueParameters | null
  /** 2.0. */
  readonly rawPath?: string
  /** 2.0. */
  readonly rawQueryString?: string
  readonly body?: unknown
  readonly isBase64Encoded?: boolean
  readonly requestContext: {
    /** 2.0. */
    readonly http?: { readonly method: string }
    /** Load balancers. */
    readonly elb?: unknown
  }
}

type Parameters = Readonly<Record<string, string | undefined>>
type MultiValueParameters = Readonly<Record<string, readonly string[] | undefined>>

const fix =
  'A middleware replaced event.body before webhookHandler saw it. Leave body parsers such as httpJsonBodyParser() off ' +
  'this function.'

/**
 * Translates an event.
 *
 * @throws {TypeError} when the event is not an HTTP request.
 */
export function readRequest(event: LambdaEvent): ReceivedRequest {
  const method = event.requestContext?.http?.method ?? event.httpMethod
  if (method === undefined)
    throw new TypeError('The event is not from API Gateway, a load balancer or a function URL.')
  return { method, headers: readHeaders(event), url: readUrl(event), body: readBody(event) }
}

function readHeaders({ headers, multiValueHeaders }: LambdaEvent): HeaderRecord {
  const values = new Map<string, readonly string[]>()
  for (const [name, value] of Object.entries(multiValueHeaders ?? headers ?? {})) {
    const key = name.toLowerCase()
    if (value !== undefined) values.set(key, [...(values.get(key) ?? []), ...[value].flat()])
  }
  return Object.fromEntries(values)
}

function readUrl(event: LambdaEvent): string {
  const path = event.rawPath ?? event.path ?? '/'
  const query = event.rawQueryString ?? readQuery(event)
  return query === '' ? path : `${path}?${query}`
}

function readQuery({
  queryStringParameters,
  multiValueQueryStringParameters,
  requestContext,
}: LambdaEvent): string {
  const pairs = Object.entries(multiValueQueryStringParameters ?? queryStringParameters ?? {}).flatMap(
    ([name, values]) => [values ?? []].flat().map((value) => [name, value] as const),
  )
  // A gateway decodes them; a load balancer does not.
  if (requestContext.elb) return pairs.map(([name, value]) => `${name}=${value}`).join('&')
  return pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')
}

function readBody({ body, isBase64Encoded }: LambdaEvent): Uint8Array | UnreadableBody {
  if (body === undefined || body === null) return new Uint8Array()
  if (body instanceof Uint8Array) return body
  if (typeof body !== 'string') return { unreadable: 'already_parsed', fix }
  if (!isBase64Encoded) return new TextEncoder().encode(body)
  return decodeBase64(body) ?? { unreadable: 'already_parsed', fix }
}
