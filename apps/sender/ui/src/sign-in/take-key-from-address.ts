/**
 * Takes a key out of the address `/sign-in#key=cwk_…`, where neither servers nor logs see it, and out of the browser's
 * history.
 *
 * Only on this machine itself, where the demo uses it. Elsewhere a link could sign somebody in to an account of whoever
 * sent it.
 */
export function takeKeyFromAddress(
  { hostname, hash, pathname, search }: Pick<Location, 'hostname' | 'hash' | 'pathname' | 'search'>,
  history: Pick<History, 'replaceState' | 'state'>,
): string | undefined {
  const key = new URLSearchParams(hash.slice(1)).get('key')
  if (key === null) return undefined
  history.replaceState(history.state, '', pathname + search)
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname) ? key : undefined
}
