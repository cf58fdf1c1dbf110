import { randomUUID } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * Names a process that listens, for the locks in the ledger: the same after a restart, so that it does not wait for its own
 * locks; never that of another, since no two can listen at the same place of the same network.
 */
export function processName(host: string, port: number): string {
  if (port === 0) return randomUUID()
  return `${hostname()} ${networkName()} ${host}:${port}`
}

/** Containers on one machine may have the same name and port. */
function networkName(): string {
  try {
    return readlinkSync('/proc/self/ns/net')
  } catch {
    return 'net'
  }
}
