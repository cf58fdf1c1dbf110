import type { ReceivedRequest } from '@complywise/webhooks'

/** The request with one header changed, where it has it; taken away where the change makes it `undefined`. */
export function changeHeader(
  request: ReceivedRequest,
  name: string,
  change: (value: string) => string | undefined,
): ReceivedRequest {
  const headers = headersOf(request)
  const value = headers.get(name)
  if (value === null) return request
  const changed = change(value)
  if (changed === undefined) headers.delete(name)
  else headers.set(name, changed)
  return { ...request, headers }
}

/** The request with a header set, whether or not it had it. */
export function setHeader(request: ReceivedRequest, name: string, value: string): ReceivedRequest {
  const headers = headersOf(request)
  headers.set(name, value)
  return { ...request, headers }
}

/** A copy of the headers, as the adapter of fetch hands them over. */
export function headersOf({ headers }: ReceivedRequest): Headers {
  if (!(headers instanceof Headers)) throw new Error('The adapter of fetch hands over Headers.')
  return new Headers(headers)
}
