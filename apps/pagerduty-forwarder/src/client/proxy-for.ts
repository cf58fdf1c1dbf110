/** Environment variables, of which some may not be set. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The proxy that `HTTPS_PROXY` names for a server, unless `NO_PROXY` excepts it. Names in small letters do as well, and win.
 *
 * `NO_PROXY` is a list of hosts with commas or spaces between them. Each stands for its subdomains too, with or without a dot
 * or `*.` before it, and may name a port; `*` excepts every server.
 *
 * @param server host, and port unless it is 443; what follows a slash does not matter.
 * @throws {TypeError} when `HTTPS_PROXY` is not the URL of a proxy. The message does not quote it: it may hold a password.
 */
export function proxyFor(server: string, environment: Environment): URL | undefined {
  const proxy = environment['https_proxy'] ?? environment['HTTPS_PROXY'] ?? ''
  if (proxy === '') return undefined
  const excepted = (environment['no_proxy'] ?? environment['NO_PROXY'] ?? '').split(/[\s,]+/)
  const { hostname, port } = new URL(`https://${server}`)
  if (excepted.some((entry) => excepts(entry.toLowerCase(), hostname, port === '' ? '443' : port))) {
    return undefined
  }
  return parseProxy(proxy)
}

function excepts(entry: string, hostname: string, port: string): boolean {
  if (entry === '*') return true
  // An IPv6 address has its port after a bracket, or none.
  const [, host = entry, entryPort] = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(entry) ?? []
  if (entryPort !== undefined && entryPort !== port) return false
  const domain = host.replace(/^\*?\./, '')
  const bare = hostname.replaceAll(/[[\]]/g, '')
  return domain !== '' && (bare === domain.replaceAll(/[[\]]/g, '') || bare.endsWith(`.${domain}`))
}

function parseProxy(text: string): URL {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`)
  if (url === null || url.hostname === '' || !['http:', 'https:'].includes(url.protocol)) {
    throw new TypeError(
      'HTTPS_PROXY is not the http: or https: URL of a proxy, such as http://proxy.example:3128',
    )
  }
  return url
}
