import type { ReceivedRequest } from '@complywise/webhooks'

/** A copy of the request with changes. Spread, it could lose what it makes on demand, its signal. */
export function changed(request: ReceivedRequest, changes: Partial<ReceivedRequest>): ReceivedRequest {
  const { method, headers, body, url, signal } = request
  return { method, headers, body, ...(url !== undefined && { url }), ...(signal && { signal }), ...changes }
}

/** The request with one header changed, where it has it; taken away where the change makes it `undefined`. */
export function changeHeader(
  request: ReceivedRequest,
  name: string,
  change: (value: string) => string | undefined,
): ReceivedRequest {
  const headers = headersOf(request)
  const value = headers.get(name)
  if (value === null) return request
  const other = change(value)
  if (other === undefined) headers.delete(name)
  else headers.set(name, other)
  return changed(request, { headers })
}

/** The request with a header set, whether or not it had it. */
export function setHeader(request: ReceivedRequest, name: string, value: string): ReceivedRequest {
  const headers = headersOf(request)
  headers.set(name, value)
  return changed(request, { headers })
}

/** A copy of the headers, as the adapter of fetch hands them over. */
export function headersOf({ headers }: ReceivedRequest): Headers {
  if (!(headers instanceof Headers)) throw new Error('The adapter of fetch hands over Headers.')
  return new Headers(headers)
}
