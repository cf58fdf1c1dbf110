import type { Alert, Call, Destination, Effect, Operation, Step } from '@complywise/forwarder'
import { DestinationError } from '@complywise/forwarder'
import type { SlackTarget } from '../../src/config.ts'
import type { SlackRemote } from '../../src/remote.ts'

/** What became of an operation. */
export interface Outcome {
  readonly operation: string
  readonly effect?: Effect<SlackRemote>
  readonly error?: DestinationError
}

/** Carries steps out as an engine does, with a ledger in memory. */
export interface Teller {
  /** All operations of a step in order, until one fails. An operation that succeeded before is left out. */
  tell(step: Step, signal?: AbortSignal): Promise<readonly Outcome[]>
  /** Looks for what an operation has left before it does it, as after a crash. */
  tellAgain(step: Step, intentAt: string): Promise<readonly Outcome[]>
  alert(key: string): (Alert & { readonly remote?: SlackRemote }) | undefined
}

/** A teller over one destination. */
export function createTeller(
  destination: Destination<SlackTarget, SlackRemote>,
  targets: Readonly<Record<string, SlackTarget>>,
): Teller {
  const alerts = new Map<string, Alert & { remote?: SlackRemote }>()
  const refs = new Map<string, string>()
  const done = new Set<string>()

  return {
    tell: async (step, signal) => carryOut(step, signal, async (operation, call) => operation.perform(call)),
    tellAgain: async (step, intentAt) =>
      carryOut(step, undefined, async (operation, call) => {
        const before = await operation.reconcile?.(call, intentAt)
        if (before?.kind === 'found') return before.effect
        if (before?.kind === 'unsettled') throw new DestinationError('retry', 'unsettled', before.reason)
        const effect = await operation.perform(call)
        return before?.kind === 'unknowable' ? { ...effect, ambiguous: before.reason } : effect
      }),
    alert: (key) => alerts.get(key),
  }

  async function carryOut(
    step: Step,
    signal: AbortSignal = AbortSignal.timeout(10_000),
    how: (operation: Operation<SlackRemote>, call: Call<SlackRemote>) => Promise<Effect<SlackRemote>>,
  ): Promise<readonly Outcome[]> {
    decide(step)
    const outcomes: Outcome[] = []
    for (const operation of destination.operations(step, targets[step.target])) {
      if (done.has(`${step.id} ${operation.name}`)) continue
      const outcome = await attempt(operation, step, signal, how)
      outcomes.push(outcome)
      if (outcome.error !== undefined) break
    }
    return outcomes
  }

  function decide({ alert, action }: Step): void {
    if (alert === undefined || action === 'late' || action === 'note') return
    const known = alerts.get(alert.key)
    const remote = action === 'open' ? undefined : known?.remote
    const { remote: _, ...told } = alert
    const isRepeated = known?.lastAt === alert.lastAt && known.state === alert.state
    const kept = isRepeated ? known.remote : remote
    if (kept === undefined) refs.delete(alert.key)
    alerts.set(alert.key, { ...told, ...(kept !== undefined && { remote: kept }) })
  }

  async function attempt(
    operation: Operation<SlackRemote>,
    step: Step,
    signal: AbortSignal,
    how: (operation: Operation<SlackRemote>, call: Call<SlackRemote>) => Promise<Effect<SlackRemote>>,
  ): Promise<Outcome> {
    const key = step.alert?.key
    const known = key === undefined ? undefined : alerts.get(key)
    const call: Call<SlackRemote> = {
      signal,
      remote: known?.remote,
      alert: known,
      sharing: (ref) => [...alerts.values()].filter((alert) => refs.get(alert.key) === ref),
    }
    try {
      const effect = await how(operation, call)
      done.add(`${step.id} ${operation.name}`)
      const now = key === undefined ? undefined : alerts.get(key)
      if (key !== undefined && now !== undefined && effect.remote !== undefined) {
        alerts.set(key, { ...now, remote: effect.remote })
      }
      if (key !== undefined && effect.ref !== undefined) refs.set(key, effect.ref)
      return { operation: operation.name, effect }
    } catch (error) {
      if (error instanceof DestinationError) return { operation: operation.name, error }
      throw error
    }
  }
}
