import { networkInterfaces } from 'node:os'
import { canonicalAddress } from '../domain/address.ts'

const MAX_AGE_MS = 10_000

let known: { readonly addresses: ReadonlySet<string>; readonly readAt: number } | undefined

/** The addresses of this machine's interfaces, at most 10 s old: an endpoint that has one of them is the sender itself. */
export function ownAddresses(): ReadonlySet<string> {
  const now = performance.now()
  if (known === undefined || now - known.readAt > MAX_AGE_MS) known = { addresses: read(), readAt: now }
  return known.addresses
}

function read(): ReadonlySet<string> {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return new Set(
    all.map(({ address }) => canonicalAddress(address)).filter((address) => address !== undefined),
  )
}
