import { flag, list, type Settings } from '@complywise/service'
import { z } from 'zod'
import { type Network, parseNetwork } from '../domain/address.ts'
import { defaultPorts, parsePorts, type PortPolicy } from '../domain/ports.ts'

/** Where attempts may go, and by which way. */
export const networkSettings = {
  allowedNetworks: {
    env: 'SENDER_ALLOWED_NETWORKS',
    schema: list().transform(parseNetworks).default([]),
    defaultText: 'none',
    description:
      'Private or otherwise special networks in which endpoints may be nevertheless, in CIDR notation: 10.0.0.0/8,fd00::/8.',
  },
  allowedPorts: {
    env: 'SENDER_ALLOWED_PORTS',
    schema: list().transform(toPortPolicy).default(defaultPorts),
    defaultText: '80,443,1024-65535',
    description:
      'Ports that endpoints may use. A range leaves out those that browsers refuse (2049, 6000, …); to allow one of them, name it alone.',
  },
  proxyUrl: {
    env: 'SENDER_PROXY_URL',
    schema: z.string().transform(toProxyUrl).optional(),
    secret: true,
    description:
      'An HTTP proxy through which attempts are made: http://user:password@proxy.example:3128. It is asked to CONNECT to the addresses that were checked here, also for http: endpoints.',
  },
  connectsToEndpoints: {
    env: 'SENDER_CONNECT_TO_ENDPOINTS',
    schema: flag().default(true),
    description:
      'Whether new endpoints are connected to and sent a HEAD, to warn of what is wrong with them; else only their names are looked up.',
  },
} as const satisfies Settings

function parseNetworks(cidrs: readonly string[], context: z.RefinementCtx): readonly Network[] {
  return cidrs.flatMap((cidr) => {
    const network = parseNetwork(cidr)
    if (network !== undefined) return [network]
    const message = `must be networks in CIDR notation, and ${cidr} is none`
    context.addIssue({ code: 'custom', message })
    return []
  })
}

function toPortPolicy(texts: readonly string[], context: z.RefinementCtx): PortPolicy {
  const ports = parsePorts(texts)
  if (ports !== undefined) return ports
  context.addIssue({ code: 'custom', message: 'must be ports and ranges of ports, such as 443,8000-8999' })
  return z.NEVER
}

function toProxyUrl(text: string, context: z.RefinementCtx): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (
    url?.protocol === 'http:' &&
    url.hostname !== '' &&
    url.pathname === '/' &&
    url.search + url.hash === ''
  )
    return url
  context.addIssue({
    code: 'custom',
    message: 'must be a URL such as http://user:password@proxy.example:3128',
  })
  return z.NEVER
}
