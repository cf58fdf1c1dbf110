import type { Claim, ClaimTerms, HeldClaim } from '../../src/receive/dedupe-store.ts'
import type { HeldOperation } from '../../src/testing/faulty-store.ts'
import { PlainStore, type Server, type StoredEvent, travel } from './plain-store.ts'

/** A store with one flaw, and the checks that must fail for it, and no others. */
export interface FlawedStore {
  readonly flaw: string
  readonly Store: new (server: Server) => PlainStore
  /** What the server does when it comes back. */
  readonly onRepair?: (server: Server) => void
  readonly fails: readonly string[]
}

/** Finds most flaws by chance; where it is not named, it cannot or does not. */
const together = 'whatever several clients do at the same time, their answers fit together'

const fences = (['renew', 'checkpoint', 'complete', 'release'] as const).map(
  (verb) => `a former holder cannot ${verb} what another has claimed`,
)

/** Every check fails for at least one of them. */
export const flawedStores: readonly FlawedStore[] = [
  {
    flaw: 'looks whether an event is new, then claims it',
    Store: class extends PlainStore {
      protected override readonly isSlowAnew = true
    },
    fails: ['of 100 concurrent claims on a new event, one wins', together],
  },
  {
    flaw: 'looks whether a lease ran out, then claims',
    Store: class extends PlainStore {
      protected override readonly isSlowAgain = true
    },
    fails: ['of 100 concurrent claims on an event whose lease ran out, one wins', together],
  },
  {
    flaw: 'looks who holds a claim, then writes',
    Store: class extends PlainStore {
      protected override async ifHeld(
        operation: HeldOperation,
        claim: HeldClaim,
        write: (event: StoredEvent) => boolean,
      ): Promise<boolean> {
        const isHeld = await super.ifHeld(operation, claim, () => true)
        await travel()
        const event = this.find(claim.key)
        return isHeld && event !== undefined && write(event)
      }
    },
    fails: [together],
  },
  {
    flaw: 'reads the checkpoints, then writes them with another',
    Store: class extends PlainStore {
      override async checkpoint(claim: HeldClaim, handler: string): Promise<boolean> {
        const read = this.find(claim.key)?.finished ?? []
        const isHeld = await super.checkpoint(claim, handler)
        return isHeld && this.change(claim, { finished: [...new Set(read).add(handler)] })
      }
    },
    fails: ['handlers that finish at the same time are all listed'],
  },
  {
    flaw: 'says to come back at once',
    Store: class extends PlainStore {
      override async claim(key: string, terms: ClaimTerms): Promise<Claim> {
        const claim = await super.claim(key, terms)
        return claim.kind === 'in_progress' ? { ...claim, retryAfterMs: 0 } : claim
      }
    },
    fails: ['a claimed event is in progress for everybody else'],
  },
  {
    flaw: 'never ends a lease',
    Store: class extends PlainStore {
      protected override leaseLeft({ token, leaseMs }: StoredEvent): number {
        return token === undefined ? 0 : leaseMs
      }
    },
    fails: [
      'of 100 concurrent claims on an event whose lease ran out, one wins',
      'an event whose lease ran out can be claimed, with another token',
      'the checkpoints of a holder that crashed are seen by the next',
      ...fences,
      'a clock that is set keeps no event for longer than its lease',
      together,
    ],
  },
  {
    flaw: 'gives all claims on an event the same token',
    Store: class extends PlainStore {
      protected override newToken(key: string): string {
        return key
      }
    },
    fails: [
      'an event whose lease ran out can be claimed, with another token',
      ...fences,
      'release gives the event back at once',
      together,
    ],
  },
  {
    flaw: 'renews in words only',
    Store: class extends PlainStore {
      override renew(claim: HeldClaim): Promise<boolean> {
        return this.ifHeld('renew', claim, () => true)
      }
    },
    fails: ['renew makes the lease last anew', together],
  },
  {
    flaw: 'shortens a lease to what another asks for',
    Store: class extends PlainStore {
      override async claim(key: string, terms: ClaimTerms): Promise<Claim> {
        const event = this.find(key)
        const leaseUntil = Math.min(event?.leaseUntil ?? 0, this.server.nowMs + terms.leaseMs)
        this.change({ key, token: '', ...terms }, { leaseUntil })
        return super.claim(key, terms)
      }
    },
    fails: ['asking with a shorter lease does not shorten the one that is held'],
  },
  {
    flaw: 'refuses a holder that is late',
    Store: class extends PlainStore {
      protected override mayDo(operation: HeldOperation, event: StoredEvent, claim: HeldClaim): boolean {
        const isLate = !event.isCompleted && this.leaseLeft(event) <= 0
        return !isLate && super.mayDo(operation, event, claim)
      }
    },
    fails: ['a holder that is late keeps its claim while nobody else has claimed', together],
  },
  {
    flaw: 'forgets the checkpoints of a holder that crashed',
    Store: class extends PlainStore {
      override async claim(key: string, terms: ClaimTerms): Promise<Claim> {
        const event = this.find(key)
        const isCrashed = event?.token !== undefined && event.leaseUntil <= this.server.nowMs
        if (isCrashed) this.change({ key, token: '', ...terms }, { finished: [] })
        return super.claim(key, terms)
      }
    },
    fails: ['the checkpoints of a holder that crashed are seen by the next', together],
  },
  ...(['renew', 'checkpoint', 'complete', 'release'] as const).map((verb, index) => ({
    flaw: `lets a former holder ${verb}`,
    Store: class extends PlainStore {
      protected override mayDo(operation: HeldOperation, event: StoredEvent, claim: HeldClaim): boolean {
        const wasHolder = event.token !== undefined && event.tokens.includes(claim.token)
        const isOpen = operation === verb && wasHolder && !event.isCompleted
        return isOpen || super.mayDo(operation, event, claim)
      }
    },
    fails: [fences[index]!, together],
  })),
  {
    flaw: 'completes what was released',
    Store: class extends PlainStore {
      protected override mayDo(operation: HeldOperation, event: StoredEvent, claim: HeldClaim): boolean {
        const wasLast = event.token === undefined && event.tokens.at(-1) === claim.token
        return (operation === 'complete' && wasLast) || super.mayDo(operation, event, claim)
      }
    },
    fails: ['a claim that was released can do nothing more'],
  },
  {
    flaw: 'renews what was completed',
    Store: class extends PlainStore {
      override async renew(claim: HeldClaim): Promise<boolean> {
        return (await super.renew(claim)) || this.find(claim.key)?.token === claim.token
      }
    },
    fails: ['an event that was completed is held by nobody', together],
  },
  {
    flaw: 'makes a record of what it is asked to complete',
    Store: class extends PlainStore {
      override async complete(claim: HeldClaim): Promise<boolean> {
        if (this.find(claim.key)) return super.complete(claim)
        const made = await super.claim(claim.key, claim)
        return made.kind === 'claimed' && super.complete({ ...claim, token: made.token })
      }
    },
    fails: ['a token that was never given out can do nothing'],
  },
  {
    flaw: 'completes in words only',
    Store: class extends PlainStore {
      override complete(claim: HeldClaim): Promise<boolean> {
        return this.ifHeld('complete', claim, () => true)
      }
    },
    fails: [
      'an event that was completed is held by nobody',
      'a completed event is a duplicate for everybody',
      'a completed event is a duplicate also when its lease would have run out',
      'a completed event is forgotten after its retention',
      'the retention of a completed event starts when it is completed',
      'every verb can be repeated when its answer was lost',
      'two keys are never the same event',
      'a clock that is set makes no completed event forgotten',
      'what failed while the store was down can be done once it is back, and nothing is lost',
      together,
    ],
  },
  {
    flaw: 'asks whether a lease runs before it asks whether the event is done',
    Store: class extends PlainStore {
      protected override isDone(event: StoredEvent): boolean {
        return super.isDone(event) && this.leaseLeft(event) <= 0
      }
    },
    fails: [
      'an event that was completed is held by nobody',
      'a completed event is a duplicate for everybody',
      'the retention of a completed event starts when it is completed',
      'every verb can be repeated when its answer was lost',
      'two keys are never the same event',
      'a clock that is set makes no completed event forgotten',
      'what failed while the store was down can be done once it is back, and nothing is lost',
      together,
    ],
  },
  {
    flaw: 'forgets a completed event with its lease',
    Store: class extends PlainStore {
      override async complete(claim: HeldClaim): Promise<boolean> {
        const isHeld = await super.complete(claim)
        const { leaseUntil = 0, expiresAt = 0 } = this.find(claim.key) ?? {}
        return isHeld && this.change(claim, { expiresAt: Math.min(leaseUntil, expiresAt) })
      }
    },
    fails: ['a completed event is a duplicate also when its lease would have run out', together],
  },
  {
    flaw: 'remembers a completed event for ever',
    Store: class extends PlainStore {
      override async complete(claim: HeldClaim): Promise<boolean> {
        return (await super.complete(claim)) && this.change(claim, { expiresAt: Infinity })
      }
    },
    fails: ['a completed event is forgotten after its retention'],
  },
  {
    flaw: 'counts the retention of a completed event from its claim',
    Store: class extends PlainStore {
      override async complete(claim: HeldClaim): Promise<boolean> {
        const event = this.find(claim.key)
        const isHeld = await super.complete(claim)
        const expiresAt = event ? event.claimedAt + event.retentionMs : 0
        return isHeld && this.change(claim, { expiresAt })
      }
    },
    fails: ['the retention of a completed event starts when it is completed'],
  },
  {
    flaw: 'remembers checkpoints for ever',
    Store: class extends PlainStore {
      override async release(claim: HeldClaim): Promise<boolean> {
        return (await super.release(claim)) && this.change(claim, { expiresAt: Infinity })
      }
    },
    fails: ['the checkpoints of an event that is never completed are forgotten after its retention'],
  },
  {
    flaw: 'forgets a claim after its retention',
    Store: class extends PlainStore {
      override async claim(key: string, terms: ClaimTerms): Promise<Claim> {
        const claim = await super.claim(key, terms)
        const expiresAt = this.server.nowMs + terms.retentionMs
        if (claim.kind === 'claimed') this.change({ key, token: claim.token, ...terms }, { expiresAt })
        return claim
      }
    },
    fails: ['a claim is held for its whole lease, also when that is longer than its retention'],
  },
  {
    flaw: 'gives a released event back when its lease ends',
    Store: class extends PlainStore {
      override async release(claim: HeldClaim): Promise<boolean> {
        const leaseUntil = this.server.nowMs + claim.leaseMs
        return (await super.release(claim)) && this.change(claim, { leaseUntil })
      }
    },
    fails: [
      ...fences,
      'a claim that was released can do nothing more',
      'release gives the event back at once',
      'release keeps the checkpoints',
      'handlers may have any name, and each is listed once',
      'handlers that finish at the same time are all listed',
      'every verb can be repeated when its answer was lost',
      'two keys are never the same event',
      'what failed while the store was down can be done once it is back, and nothing is lost',
      together,
    ],
  },
  {
    flaw: 'keeps only the checkpoints of the claim that is released',
    Store: class extends PlainStore {
      override async release(claim: HeldClaim): Promise<boolean> {
        const finished = this.find(claim.key)?.ownFinished ?? []
        return (await super.release(claim)) && this.change(claim, { finished })
      }
    },
    fails: ['release keeps the checkpoints', together],
  },
  {
    flaw: 'keeps names in one text, between commas',
    Store: class extends PlainStore {
      override async checkpoint(claim: HeldClaim, handler: string): Promise<boolean> {
        const isHeld = await super.checkpoint(claim, handler)
        const finished = this.find(claim.key)?.finished.join(',').split(',') ?? []
        return isHeld && this.change(claim, { finished })
      }
    },
    fails: ['handlers may have any name, and each is listed once'],
  },
  {
    flaw: 'refuses to complete twice',
    Store: class extends PlainStore {
      override async complete(claim: HeldClaim): Promise<boolean> {
        return !this.find(claim.key)?.isCompleted && super.complete(claim)
      }
    },
    fails: ['every verb can be repeated when its answer was lost', together],
  },
  {
    flaw: 'writes keys in lower case',
    Store: class extends PlainStore {
      protected override toId(key: string): string {
        return key.toLowerCase()
      }
    },
    fails: ['two keys are never the same event'],
  },
  {
    flaw: 'looks keys up in a plain object',
    Store: class extends PlainStore {
      override async claim(key: string, terms: ClaimTerms): Promise<Claim> {
        return key in {} ? { kind: 'duplicate' } : super.claim(key, terms)
      }
    },
    fails: ['a key may be the name of what every object has'],
  },
  {
    flaw: 'trusts the clock of whoever asks, when that is ahead',
    Store: class extends PlainStore {
      protected override leaseLeft(event: StoredEvent): number {
        return super.leaseLeft(event) - Math.max(0, this.server.skewMs)
      }
    },
    fails: ['a clock set forward lets nobody in while a lease runs'],
  },
  {
    flaw: 'takes a claim from the future for void',
    Store: class extends PlainStore {
      protected override leaseLeft(event: StoredEvent): number {
        return event.claimedWall > this.server.wallMs ? 0 : super.leaseLeft(event)
      }
    },
    fails: ['a clock set back lets nobody in while a lease runs'],
  },
  {
    flaw: 'waits until a clock that was set back has caught up',
    Store: class extends PlainStore {
      protected override leaseLeft(event: StoredEvent): number {
        const isFuture = event.token !== undefined && event.claimedWall > this.server.wallMs
        return isFuture ? event.leaseMs : super.leaseLeft(event)
      }
    },
    fails: ['a clock that is set keeps no event for longer than its lease'],
  },
  {
    flaw: 'takes a completed event from the future for void',
    Store: class extends PlainStore {
      protected override isDone(event: StoredEvent): boolean {
        return super.isDone(event) && event.claimedWall <= this.server.wallMs
      }
    },
    fails: ['a clock that is set makes no completed event forgotten'],
  },
  {
    flaw: 'answers for a server that is down',
    Store: class extends PlainStore {
      override async claim(key: string, terms: ClaimTerms): Promise<Claim> {
        if (this.server.isDown) return { kind: 'in_progress', retryAfterMs: terms.leaseMs }
        return super.claim(key, terms)
      }
    },
    fails: ['every verb rejects while the store is down'],
  },
  {
    flaw: 'forgets everything when its server comes back',
    Store: PlainStore,
    onRepair: (server) => server.events.clear(),
    fails: ['what failed while the store was down can be done once it is back, and nothing is lost'],
  },
]
