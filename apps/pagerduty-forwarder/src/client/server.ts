/**
 * Checks where events are to be sent, and takes a slash off its end.
 *
 * @param server `host`, `host:port` or `host:port/prefix`.
 * @throws {TypeError} for anything else, such as a URL or a name with credentials.
 */
export function parseServer(server: string): string {
  const url = /^[a-z0-9.:[\]_/~-]+$/i.test(server) ? URL.parse(`https://${server}/`) : null
  if (url === null || server.startsWith('/') || server.includes('//')) {
    throw new TypeError(
      'the server of PagerDuty must be a host, with a port and a path if need be, such as events.eu.pagerduty.com; ' +
        'https:// does not belong to it',
    )
  }
  return server.replace(/\/$/, '')
}
