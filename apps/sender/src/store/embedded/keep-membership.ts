import { setTimeout as delay } from 'node:timers/promises'
import { EmbeddedPostgresError, systemErrorCode } from './errors.ts'
import type { Membership } from './membership.ts'

/** A membership that outlives a restart of the server. */
export interface KeptMembership {
  /** Resolves when the membership is gone for good; never after `leave` was called. */
  readonly lost: Promise<EmbeddedPostgresError>
  /** As {@link Membership.leave}; `false`, too, when the membership was lost before. */
  leave(): Promise<boolean>
  /** Ends the connection. */
  end(): Promise<void>
}

/** How a membership is renewed. */
export interface KeepOptions {
  /** Joins the same server again; see `joinServer`. */
  readonly join: () => Promise<Membership | undefined>
  /** Told when the server was joined again. */
  readonly onRejoined: () => void
}

/** When one of its processes crashes, PostgreSQL ends all connections, recovers, and goes on within this time. */
const recoveryMs = 60_000

/** Keeps `first` alive: when its connection ends without being asked to, the server is joined again. */
export function keepMembership(first: Membership, { join, onRejoined }: KeepOptions): KeptMembership {
  let current = first
  let isLeaving = false
  let rejoining: Promise<EmbeddedPostgresError | undefined> = Promise.resolve(undefined)

  async function whenLost(): Promise<EmbeddedPostgresError> {
    for (;;) {
      await ended(current)
      if (isLeaving) return never
      rejoining = rejoin()
      const error = await rejoining
      if (isLeaving) return never
      if (error !== undefined) return error
      onRejoined()
    }
  }

  async function rejoin(): Promise<EmbeddedPostgresError | undefined> {
    const deadline = Date.now() + recoveryMs
    for (;;) {
      try {
        const membership = await join()
        if (membership !== undefined) {
          current = membership
          return undefined
        }
      } catch (error) {
        // Nobody listens on the port: the server has ended, not just one of its processes.
        const isGone = error instanceof EmbeddedPostgresError || systemErrorCode(error) === 'ECONNREFUSED'
        if (isGone || Date.now() > deadline) return lostError(error)
      }
      await delay(100)
    }
  }

  return {
    lost: whenLost(),
    async leave() {
      isLeaving = true
      if ((await rejoining) !== undefined) return false
      try {
        return await current.leave()
      } catch {
        // The connection broke just now. A server told to stop while it recovers from a crash may hang.
        return (await rejoin()) === undefined && current.leave()
      }
    },
    end: () => current.client.end(),
  }
}

const never = new Promise<never>(() => {})

async function ended({ client }: Membership): Promise<void> {
  return new Promise((resolve) => {
    client.once('end', resolve)
  })
}

function lostError(cause: unknown): EmbeddedPostgresError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new EmbeddedPostgresError('server_lost', `The embedded database is gone: ${reason}`, { cause })
}
