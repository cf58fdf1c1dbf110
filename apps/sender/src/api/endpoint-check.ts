import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { forbiddenRange, type Network } from '../domain/address.ts'
import { hostOf } from '../domain/endpoint-url.ts'

/** All addresses that a host's name has now; rejects when it has none. */
export type ResolveHost = (host: string) => Promise<readonly string[]>

/** Whether an endpoint may be used, as far as can be told before a request is sent. */
export type EndpointCheck =
  | { readonly permitted: true; /** The name has no address yet. */ readonly isUnresolved: boolean }
  | { readonly permitted: false; /** As {@link forbiddenRange} names it. */ readonly range: string }

const RESOLVE_TIMEOUT_MS = 3000

/**
 * Looks at every address of the endpoint's host. One that is forbidden refuses the endpoint.
 *
 * A help for whoever types the URL: the decision that counts is made again on each connection.
 *
 * @param resolve default: the system's resolver, so that hosts files count.
 */
export async function checkEndpoint(
  url: URL,
  allowed: readonly Network[],
  resolve: ResolveHost = resolveWithSystem,
): Promise<EndpointCheck> {
  const host = hostOf(url)
  const addresses = isIP(host) === 0 ? await resolveInTime(host, resolve) : [host]
  for (const address of addresses) {
    const range = forbiddenRange(address, allowed)
    if (range !== undefined) return { permitted: false, range }
  }
  return { permitted: true, isUnresolved: addresses.length === 0 }
}

async function resolveInTime(host: string, resolve: ResolveHost): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<readonly string[]>((give) => {
    timer = setTimeout(() => give([]), RESOLVE_TIMEOUT_MS)
  })
  try {
    return await Promise.race([resolve(host), expired])
  } catch {
    // Whatever the reason is, it may be gone when the first event is due.
    return []
  } finally {
    clearTimeout(timer)
  }
}

async function resolveWithSystem(host: string): Promise<readonly string[]> {
  const addresses = await lookup(host, { all: true })
  return addresses.map(({ address }) => address)
}
