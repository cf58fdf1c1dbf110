const MAX_SHOWN_LENGTH = 200

/**
 * Where a redirect leads, as it may be shown: absolute, without user name, password, query and fragment, any of which
 * may be a secret.
 *
 * @returns `undefined` when `location` leads nowhere.
 */
export function describeRedirect(endpoint: URL, location: string | undefined): string | undefined {
  const target = location === undefined ? null : URL.parse(location, endpoint.href)
  if (target === null) return undefined
  const { protocol, host, pathname, search } = target
  const shown = `${protocol}//${host}${pathname}${search === '' ? '' : '?…'}`
  return shown.length > MAX_SHOWN_LENGTH ? `${shown.slice(0, MAX_SHOWN_LENGTH)}…` : shown
}
