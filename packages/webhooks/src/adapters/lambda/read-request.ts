import type { ReceivedRequest, UnreadableBody } from '../../receive/request.ts'
import { decodeBase64 } from '../../wire/encoding.ts'
import type { HeaderRecord } from '../../wire/headers.ts'

/** An HTTP request as AWS Lambda gets it: what is read of it. The events of `@types/aws-lambda` fit. */
export type LambdaEvent = LambdaProxyEvent | LambdaHttpEvent

/** From a REST API of API Gateway (payload format 1.0), or from a load balancer, with multi-value headers or without. */
export interface LambdaProxyEvent extends LambdaBody {
  readonly httpMethod: string
  readonly path: string
  readonly queryStringParameters?: Values | null | undefined
  readonly multiValueQueryStringParameters?: MultiValues | null | undefined
  readonly headers?: Values | null | undefined
  readonly multiValueHeaders?: MultiValues | null | undefined
  /** Has `elb` where a load balancer made it. */
  readonly requestContext: object
}

/** From an HTTP API of API Gateway (payload format 2.0), or from a function URL. */
export interface LambdaHttpEvent extends LambdaBody {
  readonly rawPath: string
  readonly rawQueryString: string
  readonly headers: Values
  readonly requestContext: { readonly http: { readonly method: string } }
}

interface LambdaBody {
  readonly body?: unknown
  readonly isBase64Encoded?: boolean
}

type Values = Readonly<Record<string, string | undefined>>
type MultiValues = Readonly<Record<string, readonly string[] | undefined>>

const fix =
  'A middleware replaced event.body before webhookHandler saw it. Leave body parsers such as httpJsonBodyParser() off ' +
  'this function.'

/**
 * Translates an event.
 *
 * @throws {TypeError} when the event is not an HTTP request.
 */
export function readRequest(event: LambdaEvent): ReceivedRequest {
  const body = readBody(event)
  if ('rawPath' in event) {
    const headers = readHeaders(event.headers)
    return { method: event.requestContext.http.method, headers, url: readUrl(event), body }
  }
  if (!('httpMethod' in event)) throw new TypeError('No HTTP event of API Gateway, ALB or a function URL.')
  const headers = readHeaders(event.multiValueHeaders ?? event.headers)
  return { method: event.httpMethod, headers, url: readUrl(event), body }
}

/** Whether a load balancer made the event. */
export function isFromLoadBalancer(event: LambdaEvent): event is LambdaProxyEvent {
  return 'elb' in event.requestContext
}

function readHeaders(headers: Values | MultiValues | null | undefined): HeaderRecord {
  const values = new Map<string, readonly string[]>()
  for (const [name, value] of Object.entries(headers ?? {})) {
    const key = name.toLowerCase()
    if (value !== undefined) values.set(key, [...(values.get(key) ?? []), ...[value].flat()])
  }
  return Object.fromEntries(values)
}

function readUrl(event: LambdaEvent): string {
  const [path, query] =
    'rawPath' in event ? [event.rawPath, event.rawQueryString] : [event.path, readQuery(event)]
  return query === '' ? path : `${path}?${query}`
}

function readQuery(event: LambdaProxyEvent): string {
  const values = event.multiValueQueryStringParameters ?? event.queryStringParameters ?? {}
  // A gateway has decoded them; a load balancer has not.
  const encode = isFromLoadBalancer(event) ? String : encodeURIComponent
  return Object.entries(values)
    .flatMap(([name, value]) => [value ?? []].flat().map((one) => `${encode(name)}=${encode(one)}`))
    .join('&')
}

function readBody({ body, isBase64Encoded }: LambdaBody): Uint8Array | UnreadableBody {
  if (body === undefined || body === null) return new Uint8Array()
  if (typeof body !== 'string') return { unreadable: 'already_parsed', fix }
  if (!isBase64Encoded) return new TextEncoder().encode(body)
  return decodeBase64(body) ?? { unreadable: 'already_parsed', fix }
}
