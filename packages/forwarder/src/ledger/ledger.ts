import type { WebhookEvent } from '@complywise/webhooks'
import type { Alert } from '../domain/alert.ts'
import type { Memory } from '../domain/memory.ts'
import type { Reading } from '../domain/reading.ts'
import type { Step } from '../domain/step.ts'
import type { AlertKind } from '../domain/subject.ts'
import type { StepResult } from '../engine/engine.ts'
import type { Entry } from './entry.ts'

/** How an event came. */
export type EventOrigin = 'webhook' | 'command' | 'operator' | 'clock'

/** An event as the ledger keeps it. */
export interface StoredEvent {
  /** `undefined` once it was pruned. */
  readonly event: WebhookEvent | undefined
  readonly eventId: string
  readonly type: string
  readonly timestamp: string
  readonly origin: EventOrigin
  /** When it was seen first, RFC 3339. */
  readonly admittedAt: string
  /** When nothing was left to do for it except what is held, RFC 3339; `undefined` while something is. */
  readonly finishedAt: string | undefined
}

/** What became of an event for one key at one target. */
export interface Decision {
  readonly eventId: string
  /** `undefined` where nobody is told. */
  readonly target: string | undefined
  /** The correlation key; for announcements, one that begins with `announcement:`. */
  readonly key: string
  readonly action: Step['action'] | undefined
  /** Of the decision itself; what became of a step stands with the step. */
  readonly result: StepResult | undefined
  readonly reason: string | undefined
  readonly stepId: string | undefined
}

/** Where a step is. `pending` includes what is held. */
export type StepState = 'pending' | 'done' | 'dead' | 'canceled'

/** A step as the ledger keeps it. */
export interface StoredStep {
  /** In order of decision. */
  readonly seq: number
  readonly id: string
  readonly eventId: string
  readonly target: string
  /** The correlation key; for announcements, one that no other event shares. */
  readonly key: string
  readonly action: Step['action']
  readonly state: StepState
  /** Not to be carried out before, in milliseconds since 1970; `undefined` unless it is held. */
  readonly notBeforeMs: number | undefined
  readonly result: StepResult | undefined
  /** A stable code: why it is held, failed last or is dead. */
  readonly reason: string | undefined
  readonly proof: string | undefined
}

/** Which entries are asked for. All of them have to match; absent: any. */
export interface EntryFilter {
  /** RFC 3339, inclusive. */
  readonly from?: string
  /** RFC 3339, exclusive. */
  readonly to?: string
  /** Regardless of case. */
  readonly framework?: string
  readonly key?: string
  readonly eventId?: string
}

/** What checking the chain of entries has found. */
export type Verification =
  | {
      readonly kind: 'intact'
      readonly count: number
      /** Keep it elsewhere: an export that was made later has to contain it. */
      readonly head: string
    }
  | {
      readonly kind: 'broken'
      /** The first entry that is not as it was written; 0 when it is none of them. */
      readonly seq: number
      /**
       * `added`: nobody has written it. `chain_missing`: what says where the entries end is gone. `not_contained`: no entry
       * has the hash that was asked for.
       */
      readonly problem: 'changed' | 'missing' | 'cut_off' | 'added' | 'chain_missing' | 'not_contained'
      /** A sentence for people. */
      readonly message: string
    }

/** What gauges show. Reads only what is open or unfinished, however long the ledger is. */
export interface LedgerCounts {
  readonly openAlerts: readonly {
    readonly target: string
    readonly kind: AlertKind
    readonly count: number
  }[]
  /** Steps that wait for their time. */
  readonly held: number
  /** Steps that are to be carried out, without those that are held. */
  readonly pending: number
  readonly dead: number
  /** Events with something left to do that is not held. */
  readonly unfinishedEvents: number
}

/** What commands and metrics read. */
export interface LedgerReader {
  /** The file. */
  readonly path: string
  /** Alerts that are open, members of storms included; by key and target. */
  openAlerts(filter?: { readonly kind?: AlertKind; readonly target?: string }): readonly Alert[]
  /** What each target knows of a key, open or resolved. */
  alertsOf(key: string): readonly Alert[]
  /** In order, read a page at a time: safe for ledgers of any size, and while it is written to. */
  entries(filter?: EntryFilter): IterableIterator<Entry>
  /**
   * Checks every entry against the chain, all as they are at one moment.
   *
   * @param contains a hash that was noted before, which an entry has to have: who replaces the whole chain cannot know it.
   */
  verifyEntries(contains?: string): Verification
  findEvent(eventId: string): StoredEvent | undefined
  decisionsOf(eventId: string): readonly Decision[]
  stepsOf(eventId: string): readonly StoredStep[]
  findStep(id: string): StoredStep | undefined
  /** Steps that can never succeed as they are, the oldest first. */
  deadSteps(limit?: number): readonly StoredStep[]
  /** Steps that are to be carried out, those that are held included, the oldest first. */
  pendingSteps(limit?: number): readonly StoredStep[]
  memory(): Memory
  counts(): LedgerCounts
}

/** Keeps, in one file, what every target was told and what is left to do. Several processes may have it open. */
export interface Ledger extends LedgerReader {
  /**
   * Runs `work` in one transaction, once no other process writes; waiting does not block the process.
   *
   * @param options `durable: false` when a power cut may undo it until something durable is written. Default true: it, and
   * all that was written before, is on the disk when this resolves.
   * @throws {LedgerError} `ledger_busy` when other processes kept writing for 5 s. What `work` throws undoes it.
   */
  write<Result>(
    work: (tables: LedgerWriter) => Result,
    options?: { readonly durable?: boolean },
  ): Promise<Result>
  /** Resolves once all that was written is on the disk. */
  sync(): Promise<void>
  /** Takes a key at a target, or takes it over once its lease has ended. `false`: another owner has it. */
  acquireLock(lock: KeyLock, nowMs: number, leaseMs: number): Promise<boolean>
  /** `false`: another has taken it over. */
  renewLock(lock: KeyLock, nowMs: number, leaseMs: number): Promise<boolean>
  releaseLock(lock: KeyLock): Promise<void>
  /** Removes bodies of up to 500 events that were finished before `beforeMs`. How many it were. Dead ones are kept. */
  prune(beforeMs: number): Promise<number>
  /** Unfinished events whose time to go on has come, the longest waiting first. */
  dueEvents(nowMs: number, limit: number): readonly string[]
  /** Steps that wait for their time, the next first. */
  heldSteps(limit: number): readonly StoredStep[]
  /** Keys with a held step whose time has come, the oldest first; up to `limit` of each target. */
  dueKeys(nowMs: number, limit: number): readonly { readonly target: string; readonly key: string }[]
  /** What is to be carried out because of an event, in order: steps of earlier ones that say what it does are among them. */
  pendingFor(eventId: string): readonly StoredStep[]
  /** What is to be carried out for a key at a target, in order: all of it, unless there is a limit. */
  pendingOf(target: string, key: string, limit?: number): readonly StoredStep[]
  /** The step itself. Its event's body was kept as long as it is pending or dead. */
  readStep(id: string): Step
  /** What is known of an operation. */
  operation(stepId: string, name: string): StoredOperation | undefined
  readings(eventId: string): readonly Reading[] | undefined
  alert(target: string, key: string): Alert | undefined
  /** When the target was told anything of the key last, in milliseconds since 1970; `undefined`: never. */
  toldAt(target: string, key: string): number | undefined
  sharing(target: string, ref: string): readonly Alert[]
  /** How many controls of one storm key, other than `except`, were opened at a target since, by this machine's clock. */
  countOpened(target: string, stormKey: string, sinceMs: number, except: string): number
  /** Open controls that an event of this time can end: those that were heard of before it. */
  openControlsBefore(timestamp: string): readonly Alert[]
  /** Open alerts of a kind that nothing was heard of since. */
  openSilentSince(kind: AlertKind, lastAtMs: number): readonly Alert[]
  hasDecision(eventId: string, target: string | undefined, key: string): boolean
  /** Whether any operation of it was begun and is not known to have failed. */
  hasBegun(stepId: string): boolean
  recovery(key: string): { readonly timestamp: string; readonly eventId: string } | undefined
  /** Not to be used afterwards. */
  close(): void
}

/** Who holds a key at a target. */
export interface KeyLock {
  readonly target: string
  readonly key: string
  /** The process. Two that run at the same time must differ; one that keeps its name over a restart has its locks at once. */
  readonly owner: string
  /** This time of holding it. */
  readonly token: string
}

/** What an operation has left. */
export interface OperationOutcome {
  readonly proof?: string
  /** Of steps without an alert, for the operations after it. */
  readonly remote?: unknown
}

/** An operation that was begun. */
export interface StoredOperation {
  /** RFC 3339. */
  readonly intentAt: string
  /** `undefined`: nobody knows what became of it. */
  readonly outcome: OperationOutcome | undefined
}

/** What a transaction can change. */
export interface LedgerWriter {
  addEvent(event: WebhookEvent, origin: EventOrigin, readings: readonly Reading[], nowMs: number): void
  /** Nothing is left to do for it, except what is held. */
  finishEvent(eventId: string, nowMs: number): void
  /**
   * Begins an attempt: unless it is finished by then, `dueEvents` has it after a minute, and later each time. Nothing when it
   * was pruned: it was finished.
   */
  beginAttempt(eventId: string, nowMs: number): void
  /** The attempt had too little time and nothing else was wrong: `dueEvents` has the event now. Nothing when it is finished. */
  goOnSoon(eventId: string, nowMs: number): void
  setMemory(memory: Memory): void
  addRecovery(key: string, event: WebhookEvent): void
  addDecision(decision: Decision): void
  putAlert(alert: Alert, options: { readonly stormKey?: string; readonly openedAtMs?: number }): void
  /** What an operation has left at the destination, which was told by now. */
  setEffect(
    target: string,
    key: string,
    effect: { readonly remote?: unknown; readonly ref?: string },
    nowMs: number,
  ): void
  addStep(
    step: Step,
    key: string,
    hold: { readonly notBeforeMs: number; readonly reason: string } | undefined,
  ): void
  settleStep(
    id: string,
    state: StepState,
    outcome: { readonly result?: StepResult; readonly reason?: string; readonly proof?: string },
  ): void
  /** `undefined`: it is to be carried out now. */
  holdStep(id: string, notBeforeMs: number | undefined, reason: string): void
  /** Replaces what a step says that was not begun. */
  replaceStep(step: Step): void
  /** A dead step is to be carried out after all. */
  reviveStep(id: string): void
  /** @throws {LedgerError} `lock_lost` unless the lock is held. */
  requireLock(lock: KeyLock): void
  beginOperation(stepId: string, name: string, intentAt: string, token: string): void
  /** `false`: another has begun it again. */
  completeOperation(stepId: string, name: string, token: string, outcome: OperationOutcome): boolean
  /** It is known to have had no effect. */
  clearOperation(stepId: string, name: string, token: string): void
  append(content: Partial<Entry> & Pick<Entry, 'at' | 'result'>): void
}
