import { type FakeJira, type FakeJiraOptions, startFakeJira } from '@complywise/destination-fakes'
import {
  type Action,
  type Alert,
  type AlertKind,
  type Destination,
  DestinationError,
  type Effect,
  type Facts,
  type Operation,
  type Settings,
  type Step,
} from '@complywise/forwarder'
import { testSettings } from '@complywise/forwarder/testing'
import { onTestFinished } from 'vitest'
import { connectJira } from '../../src/destination.ts'
import { optionsSchema } from '../../src/options.ts'
import type { JiraRemote } from '../../src/remote.ts'
import { type JiraTarget, targetSchema } from '../../src/target.ts'

/** The time at which every test begins. */
const startAt = Date.parse('2026-03-01T12:00:00.000Z')

const failing: Facts = {
  kind: 'control_failed',
  previousStatus: 'passed',
  newStatus: 'failed',
  isUnknownStatus: false,
}
const recovered: Facts = { kind: 'recovered', proof: 'status', newStatus: 'passed' }

/** What a test says of a step; the rest is filled in. */
export interface StepOptions {
  readonly facts?: Facts
  readonly kind?: AlertKind
  readonly key?: string
  readonly alert?: Partial<Alert>
  readonly before?: Alert
  readonly eventId?: string
}

/** What a step has left at the destination. */
export interface Told {
  readonly proofs: readonly (string | undefined)[]
  readonly degraded: readonly string[]
  readonly errors: readonly DestinationError[]
}

/** One process of the forwarder with a ledger of its own. */
export interface Replica {
  readonly destination: Destination<JiraTarget, JiraRemote>
  /** The remote by key. */
  readonly remotes: Map<string, JiraRemote>
  step(action: Action, options?: StepOptions): Step
  /** Carries a step out as the engine does, again and again until it is done; the clock moves on meanwhile. */
  tell(action: Action, options?: StepOptions): Promise<Told>
  /** @param ledger the alert as the ledger has it by now; default as the step has it. */
  carryOut(step: Step, ledger?: Alert): Promise<Told>
  /** Carries out only the first operations of a step, as if the process ended then. */
  begin(step: Step, operations: number): Promise<void>
  /** Carries a step out once: throws what it throws. */
  once(step: Step, ledger?: Alert): Promise<Told>
}

/** A fake Jira, and forwarders in front of it. */
export interface Bench {
  readonly jira: FakeJira
  readonly clock: { now: number }
  readonly target: JiraTarget
  readonly replica: () => Replica
  /** A replica with another configuration. */
  readonly connect: (options?: {
    readonly token?: string
    readonly host?: string
    readonly settings?: Settings
    /** What differs in its target. */
    readonly target?: Partial<JiraTarget>
    /** What an earlier process has left in the ledger. */
    readonly remotes?: ReadonlyMap<string, JiraRemote>
  }) => Replica
}

export async function startBench(
  options: {
    readonly jira?: FakeJiraOptions
    readonly target?: Readonly<Record<string, unknown>>
    readonly settle?: string
    readonly timeout?: string
  } = {},
): Promise<Bench> {
  const clock = { now: startAt }
  const jira = await startFakeJira({ now: () => clock.now, ...options.jira })
  onTestFinished(() => jira.close())
  const target = targetSchema.parse({ project: 'SEC', ...options.target })
  const bench: Bench = {
    jira,
    clock,
    target,
    replica: () => bench.connect(),
    connect({
      token = 'fake-jira-token',
      host = jira.url,
      settings = testSettings({ instance: 'acme' }),
      target: differences = {},
      remotes = new Map(),
    } = {}) {
      const ownTarget = { ...target, ...differences }
      const destination = connectJira(
        {
          settings,
          targets: { sec: ownTarget },
          options: optionsSchema.parse({
            host,
            email: 'forwarder@example.com',
            token,
            settle: options.settle ?? '60s',
            timeout: options.timeout ?? '2s',
          }),
        },
        { now: () => clock.now },
      )
      onTestFinished(() => destination.close())
      const connected = createReplica(destination, ownTarget, clock)
      for (const [key, remote] of remotes) connected.remotes.set(key, remote)
      return connected
    },
  }
  return bench
}

function createReplica(
  destination: Destination<JiraTarget, JiraRemote>,
  target: JiraTarget,
  clock: { now: number },
): Replica {
  const remotes = new Map<string, JiraRemote>()
  const intents = new Map<string, string>()
  const outcomes = new Map<string, Effect<JiraRemote>>()
  let events = 0

  const replica: Replica = {
    destination,
    remotes,
    step(
      action,
      { facts, kind = 'control', key = 'cw:acme:control:soc 2:cc6.1', alert, before, eventId } = {},
    ) {
      events += 1
      const at = new Date(clock.now).toISOString()
      const event_id = eventId ?? `0b0e7a4e-0000-4000-8000-${String(events).padStart(12, '0')}`
      const remote = remotes.get(key)
      const told: Alert = {
        kind,
        key,
        labels: { framework: 'SOC 2', controlId: 'CC6.1' },
        target: 'sec',
        state: action === 'resolve' ? 'resolved' : 'open',
        severity: 'warning',
        openedAt: at,
        lastAt: at,
        lastEventId: event_id,
        count: 1,
        ...alert,
      }
      const known = before ?? (remote === undefined ? undefined : told)
      return {
        id: `step ${event_id} ${key} ${action}`,
        event: {
          event: 'compliance.control_failed',
          event_id,
          timestamp: at,
          data: { control_id: 'CC6.1', framework: 'SOC 2', previous_status: 'passed', new_status: 'failed' },
        },
        target: 'sec',
        action,
        alert: action === 'announce' ? undefined : told,
        before: known === undefined || remote === undefined ? known : { ...known, remote },
        facts: facts ?? (action === 'resolve' ? recovered : failing),
        open: [],
        decidedAt: at,
      }
    },
    tell: (action, stepOptions) => replica.carryOut(replica.step(action, stepOptions)),
    async carryOut(step, ledger) {
      const errors: DestinationError[] = []
      for (let attempt = 0; attempt < 20; attempt++) {
        try {
          const told = await replica.once(step, ledger)
          return { ...told, errors }
        } catch (error) {
          if (!(error instanceof DestinationError)) throw error
          if (error.kind === 'operator' || error.kind === 'payload') throw error
          errors.push(error)
          clock.now += error.retryAfterMs ?? 5_000
        }
      }
      throw new Error('twenty attempts were not enough')
    },
    async begin(step, operations) {
      for (const operation of destination.operations(step, target).slice(0, operations)) {
        await carryOut(step, operation)
      }
    },
    async once(step, ledger) {
      const proofs: (string | undefined)[] = []
      const degraded: string[] = []
      for (const operation of destination.operations(step, target)) {
        const effect = await carryOut(step, operation, ledger)
        proofs.push(effect.proof)
        degraded.push(...(effect.degraded ?? []))
      }
      return { proofs, degraded, errors: [] }
    },
  }
  return replica

  async function carryOut(
    step: Step,
    operation: Operation<JiraRemote>,
    ledger = step.alert,
  ): Promise<Effect<JiraRemote>> {
    const key = step.alert?.key ?? ''
    const name = `${step.id} ${operation.name}`
    const done = outcomes.get(name)
    if (done !== undefined) return done
    const call = {
      signal: AbortSignal.timeout(8_000),
      remote: remotes.get(key),
      alert: ledger,
      sharing: () => [],
    }
    const intentAt = intents.get(name)
    if (intentAt !== undefined && operation.reconcile !== undefined) {
      const reconciled = await operation.reconcile(call, intentAt)
      if (reconciled.kind === 'found') return keep(name, key, reconciled.effect)
      if (reconciled.kind === 'unsettled') {
        throw new DestinationError('retry', 'unsettled', reconciled.reason, {
          retryAfterMs: reconciled.retryAfterMs,
        })
      }
    }
    intents.set(name, new Date(clock.now).toISOString())
    try {
      return keep(name, key, await operation.perform(call))
    } catch (error) {
      if (!(error instanceof DestinationError) || error.kind !== 'ambiguous') intents.delete(name)
      throw error
    }
  }

  function keep(name: string, key: string, effect: Effect<JiraRemote>): Effect<JiraRemote> {
    if (effect.remote !== undefined) remotes.set(key, structuredClone(effect.remote))
    intents.delete(name)
    outcomes.set(name, effect)
    return effect
  }
}
