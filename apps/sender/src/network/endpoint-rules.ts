import { isIP } from 'node:net'
import { forbiddenRange, type Network } from '../domain/address.ts'
import { describeUrlProblem, hostOf, parseEndpointUrl } from '../domain/endpoint-url.ts'
import { defaultPorts, isPortAllowed, type PortPolicy, portOf } from '../domain/ports.ts'
import { ForbiddenEndpointError, ResolveError } from './errors.ts'
import { ownAddresses } from './own-addresses.ts'
import type { ResolveHost } from './resolver.ts'

/** Which endpoints may be used. */
export interface EndpointRules {
  /** Special-purpose networks in which endpoints may be nevertheless. */
  readonly allowedNetworks: readonly Network[]
  /** Default: 80, 443 and most from 1024 on; see ports.ts. */
  readonly allowedPorts?: PortPolicy
}

/**
 * The addresses that requests to `url` may go to, every one of them judged: a single one that is forbidden refuses the
 * endpoint, whatever its place among them.
 *
 * @throws {ForbiddenEndpointError} for a URL, a port or an address that endpoints may not have.
 * @throws {ResolveError} when the host has no address.
 */
export async function permittedAddresses(
  url: URL,
  rules: EndpointRules,
  resolve: ResolveHost,
): Promise<readonly string[]> {
  const endpoint = parseEndpointUrl(url.href)
  if (!endpoint.valid) throw new ForbiddenEndpointError('url', describeUrlProblem(endpoint.problem))
  const port = portOf(url)
  if (!isPortAllowed(port, rules.allowedPorts ?? defaultPorts)) {
    throw new ForbiddenEndpointError(
      'port',
      `Port ${port} is none that endpoints may use.`,
      `Port ${port} is none that endpoints may use; see SENDER_ALLOWED_PORTS`,
    )
  }
  const host = hostOf(url)
  const addresses = isIP(host) === 0 ? await lookUp(host, resolve) : [host]
  for (const address of addresses) assertPermitted(address, host, rules)
  return addresses
}

async function lookUp(host: string, resolve: ResolveHost): Promise<readonly string[]> {
  try {
    return await resolve(host)
  } catch (error) {
    throw error instanceof ResolveError ? error : new ResolveError(`${host} could not be looked up.`, false)
  }
}

/**
 * @param host that has the address, or is it.
 * @throws {ForbiddenEndpointError} when endpoints may not have `address`. What the names of the sender's own network
 * stand for is not told to customers.
 */
export function assertPermitted(address: string, host: string, rules: EndpointRules): void {
  const range = forbiddenRange(address, rules.allowedNetworks, ownAddresses())
  if (range === undefined) return
  const where = range === 'own' ? 'is this machine’s own (own)' : `is in a special-purpose network (${range})`
  const message =
    isIP(host) === 0
      ? `${host} has an address in a special-purpose network, where endpoints may not be.`
      : `${host} is in a special-purpose network, where endpoints may not be.`
  throw new ForbiddenEndpointError(
    range,
    message,
    `${host}: ${address} ${where}; see SENDER_ALLOWED_NETWORKS`,
  )
}
