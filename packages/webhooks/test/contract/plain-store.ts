import type { Claim, ClaimTerms, DedupeStore, HeldClaim } from '../../src/receive/dedupe-store.ts'
import type { HeldOperation } from '../../src/testing/faulty-store.ts'

/** What the server has of one event. Times are the server's, but for `claimedWall`, which is the claimer's. */
export interface StoredEvent extends ClaimTerms {
  readonly token: string | undefined
  /** Of all who have claimed it. */
  readonly tokens: readonly string[]
  readonly isCompleted: boolean
  readonly claimedAt: number
  readonly claimedWall: number
  readonly leaseUntil: number
  readonly expiresAt: number
  readonly finished: readonly string[]
  /** Those that finished under the last claim. */
  readonly ownFinished: readonly string[]
}

/** A server with a clock of its own, and the wall clock of those who ask it. */
export class Server {
  readonly events = new Map<string, StoredEvent>()
  nowMs = 0
  skewMs = 0
  isDown = false

  get wallMs(): number {
    return this.nowMs + this.skewMs
  }
}

/** What a request waits for on its way; others may overtake it. */
export function travel(): Promise<void> {
  return Promise.resolve()
}

/** A store that does all that the contract asks for, to be got wrong in one place. */
export class PlainStore implements DedupeStore {
  protected readonly server: Server
  /** Whether a claim on a new event is written later than it is decided. */
  protected readonly isSlowAnew: boolean = false
  /** The same for an event that was claimed before. */
  protected readonly isSlowAgain: boolean = false

  constructor(server: Server) {
    this.server = server
  }

  async claim(key: string, terms: ClaimTerms): Promise<Claim> {
    await this.reach()
    const event = this.find(key)
    if (event && this.isDone(event)) return { kind: 'duplicate' }
    const retryAfterMs = event ? this.leaseLeft(event) : 0
    if (retryAfterMs > 0) return { kind: 'in_progress', retryAfterMs }
    if (event ? this.isSlowAgain : this.isSlowAnew) await travel()
    const token = this.newToken(key)
    const { nowMs, wallMs } = this.server
    const finished = event?.finished ?? []
    this.server.events.set(this.toId(key), {
      ...terms,
      token,
      tokens: [...(event?.tokens ?? []), token],
      isCompleted: false,
      claimedAt: nowMs,
      claimedWall: wallMs,
      leaseUntil: nowMs + terms.leaseMs,
      expiresAt: nowMs + Math.max(terms.leaseMs, terms.retentionMs),
      finished,
      ownFinished: [],
    })
    return { kind: 'claimed', token, finished }
  }

  renew(claim: HeldClaim): Promise<boolean> {
    return this.ifHeld('renew', claim, () => {
      const { nowMs } = this.server
      return this.change(claim, {
        leaseMs: claim.leaseMs,
        leaseUntil: nowMs + claim.leaseMs,
        expiresAt: nowMs + Math.max(claim.leaseMs, claim.retentionMs),
      })
    })
  }

  checkpoint(claim: HeldClaim, handler: string): Promise<boolean> {
    return this.ifHeld('checkpoint', claim, ({ finished, ownFinished }) =>
      this.change(claim, {
        finished: [...new Set(finished).add(handler)],
        ownFinished: [...new Set(ownFinished).add(handler)],
      }),
    )
  }

  complete(claim: HeldClaim): Promise<boolean> {
    return this.ifHeld('complete', claim, () =>
      this.change(claim, { isCompleted: true, expiresAt: this.server.nowMs + claim.retentionMs }),
    )
  }

  release(claim: HeldClaim): Promise<boolean> {
    return this.ifHeld('release', claim, () => {
      const expiresAt = this.server.nowMs + claim.retentionMs
      return this.change(claim, { token: undefined, leaseUntil: 0, expiresAt })
    })
  }

  protected async reach(): Promise<void> {
    await travel()
    if (this.server.isDown) throw new Error('The server is down.')
  }

  protected find(key: string): StoredEvent | undefined {
    const event = this.server.events.get(this.toId(key))
    return event && event.expiresAt > this.server.nowMs ? event : undefined
  }

  protected change({ key }: HeldClaim, changes: Partial<StoredEvent>): boolean {
    const event = this.find(key)
    if (event) this.server.events.set(this.toId(key), { ...event, ...changes })
    return true
  }

  protected async ifHeld(
    operation: HeldOperation,
    claim: HeldClaim,
    write: (event: StoredEvent) => boolean,
  ): Promise<boolean> {
    await this.reach()
    const event = this.find(claim.key)
    return event !== undefined && this.mayDo(operation, event, claim) && write(event)
  }

  protected mayDo(operation: HeldOperation, event: StoredEvent, { token }: HeldClaim): boolean {
    return event.token === token && (!event.isCompleted || operation === 'complete')
  }

  protected isDone({ isCompleted }: StoredEvent): boolean {
    return isCompleted
  }

  protected leaseLeft({ leaseUntil }: StoredEvent): number {
    return leaseUntil - this.server.nowMs
  }

  protected newToken(_key: string): string {
    return globalThis.crypto.randomUUID()
  }

  protected toId(key: string): string {
    return key
  }
}
