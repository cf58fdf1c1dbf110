import type { Reply } from '../../receive/request.ts'
import { isFromLoadBalancer, type LambdaEvent } from './read-request.ts'

/** What the function returns. The result types of `@types/aws-lambda` take it. */
export interface LambdaResult {
  readonly statusCode: number
  /** For load balancers, which want it. */
  readonly statusDescription?: string
  readonly headers?: Record<string, string>
  /** For load balancers that were told to use them, which refuse `headers`. */
  readonly multiValueHeaders?: Record<string, string[]>
  readonly body: string
  readonly isBase64Encoded: boolean
}

const phrases: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** Makes the result of a reply, in the form that the source of `event` understands. Its `content-length` is theirs. */
export function writeReply(event: LambdaEvent, { status, headers, body }: Reply): LambdaResult {
  const result = { statusCode: status, body, isBase64Encoded: false }
  if (!isFromLoadBalancer(event)) return { ...result, headers: { ...headers } }
  const description = { statusDescription: `${status} ${phrases[status] ?? ''}`.trimEnd() }
  if (!event.multiValueHeaders) return { ...result, ...description, headers: { ...headers } }
  const lists = Object.entries(headers).map(([name, value]) => [name, [value]])
  return { ...result, ...description, multiValueHeaders: Object.fromEntries(lists) }
}
