import { lookup, type LookupAddress, type LookupOptions } from 'node:dns'
import { isIP } from 'node:net'
import { buildConnector } from 'undici'
import { forbiddenRange, type Network } from '../domain/address.ts'

/** The connection was not made: the host has an address that endpoints may not have. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError'
  readonly code = 'ERR_FORBIDDEN_ADDRESS'

  constructor(address: string, range: string) {
    super(`${address} is in a special-purpose network (${range}); see SENDER_ALLOWED_NETWORKS`)
  }
}

/**
 * Connects only to addresses that {@link forbiddenRange} permits.
 *
 * The decision is made on the very addresses that are connected to, so a name that resolves differently a second
 * time gains nothing. One forbidden address among several refuses the host.
 */
export function createGuardedConnector(
  allowed: readonly Network[],
  timeoutMs: number,
): buildConnector.connector {
  const connect = buildConnector({
    timeout: timeoutMs,
    allowH2: false,
    lookup: (hostname, options, done) => {
      guardedLookup(hostname, options, allowed, done)
    },
  })
  return (options, done) => {
    // An address literal is connected to without a look-up.
    const host = options.hostname.replace(/^\[(.*)\]$/, '$1')
    const range = isIP(host) === 0 ? undefined : forbiddenRange(host, allowed)
    if (range === undefined) connect(options, done)
    else done(new ForbiddenAddressError(host, range), null)
  }
}

type LookupDone = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void

function guardedLookup(
  hostname: string,
  options: LookupOptions,
  allowed: readonly Network[],
  done: LookupDone,
): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) {
      done(error, [])
      return
    }
    for (const { address } of addresses) {
      const range = forbiddenRange(address, allowed)
      if (range !== undefined) {
        done(new ForbiddenAddressError(address, range), [])
        return
      }
    }
    const [first] = addresses
    if (options.all === true || first === undefined) done(null, addresses)
    else done(null, first.address, first.family)
  })
}
