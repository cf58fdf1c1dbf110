import type { Step } from '../domain/step.ts'
import { DestinationError } from '../engine/destination-error.ts'
import type { Call, Destination, Effect, Operation, Reconciliation } from '../engine/destination.ts'

/** What the recording destination makes for an alert. */
export interface RecordedRemote {
  readonly id: string
}

/** Something that the destination has: what was made by a step, and what was done to it since. */
export interface RemoteObject {
  readonly id: string
  readonly target: string
  /** `undefined` for announcements. */
  readonly key: string | undefined
  readonly state: 'open' | 'resolved'
  /** `open`, `repeat`, `resolve` … of every effect on it, in order, with the event of each. */
  readonly history: readonly { readonly action: Step['action']; readonly eventId: string }[]
}

/** One call that reached the destination, whatever became of it. */
export interface RecordedCall {
  readonly target: string
  readonly key: string | undefined
  readonly action: Step['action']
  readonly operation: string
  readonly eventId: string
  readonly kind: 'perform' | 'reconcile'
}

/** When a fault strikes: before the effect, after it, or while the call looks for an earlier one. */
export type FaultPoint = 'before' | 'after' | 'reconcile'

/**
 * What goes wrong: an error that is thrown, `hang` until the call's signal aborts, a reconciliation that is answered, or
 * something to do, such as to wait or to stop the process.
 */
export type Fault =
  | { readonly kind: 'throw'; readonly error: Error }
  | { readonly kind: 'hang' }
  | { readonly kind: 'answer'; readonly reconciliation: Reconciliation<RecordedRemote> }
  | { readonly kind: 'run'; readonly run: (signal: AbortSignal) => Promise<void> }

/** A destination in memory, whose calls can be told to go wrong; it outlives the engines that use it. */
export interface RecordingDestination extends Destination<unknown, RecordedRemote> {
  /** Default 4. */
  concurrency: number
  /** Everything that there is, in the order in which it was made. */
  objects(): readonly RemoteObject[]
  readonly calls: RecordedCall[]
  /** Asked at each point of each call; what it returns goes wrong there. */
  fault: ((call: RecordedCall, point: FaultPoint) => Fault | undefined) | undefined
}

/**
 * Makes a destination that, for each step:
 *
 * | Action                                    | Does                                                       |
 * | ----------------------------------------- | ---------------------------------------------------------- |
 * | `open`                                    | `create` (reconciled)                                      |
 * | `repeat` `reopen` `progress` `resolve`    | `update` (safe), then `comment` (reconciled)               |
 * | `note`                                    | `comment`                                                  |
 * | `announce`                                | `create`                                                   |
 * | `late`                                    | nothing                                                    |
 */
export function createRecordingDestination(name = 'recording'): RecordingDestination {
  const objects = new Map<string, RemoteObject>()
  /** What each operation of each step has left: what reconciliation finds. */
  const effects = new Map<string, Effect<RecordedRemote>>()
  const calls: RecordedCall[] = []

  const destination: RecordingDestination = {
    name,
    concurrency: 4,
    calls,
    fault: undefined,
    objects: () => [...objects.values()],
    operations: (step) => operationNames[step.action].map((operation) => operationOf(step, operation)),
    check: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  }
  return destination

  function operationOf(step: Step, operation: string): Operation<RecordedRemote> {
    const facts = {
      target: step.target,
      key: step.alert?.key,
      action: step.action,
      operation,
      eventId: step.event.event_id,
    }
    const effectKey = `${step.id} ${operation}`
    return {
      name: operation,
      repeat: operation === 'update' ? 'safe' : 'reconcile',
      preview: { ...facts },
      async perform(call) {
        const recorded = { ...facts, kind: 'perform' } as const
        calls.push(recorded)
        await strike(recorded, 'before', call)
        const effect = apply(step, operation, call)
        effects.set(effectKey, effect)
        await strike(recorded, 'after', call)
        return effect
      },
      async reconcile(call) {
        const recorded = { ...facts, kind: 'reconcile' } as const
        calls.push(recorded)
        const answer = await strike(recorded, 'reconcile', call)
        if (answer) return answer
        const effect = effects.get(effectKey)
        return effect ? { kind: 'found', effect } : { kind: 'absent' }
      },
    }
  }

  async function strike(
    recorded: RecordedCall,
    point: FaultPoint,
    { signal }: Call<RecordedRemote>,
  ): Promise<Reconciliation<RecordedRemote> | undefined> {
    const fault = destination.fault?.(recorded, point)
    if (fault?.kind === 'throw') throw fault.error
    if (fault?.kind === 'run') await fault.run(signal)
    if (fault?.kind === 'hang') throw await whenAborted(signal, name)
    return fault?.kind === 'answer' ? fault.reconciliation : undefined
  }

  function apply(step: Step, operation: string, { remote }: Call<RecordedRemote>): Effect<RecordedRemote> {
    const { target, action, event, alert } = step
    const known = operation === 'create' ? undefined : remote && objects.get(remote.id)
    const id = known?.id ?? `${target}-${objects.size + 1}`
    const state = action === 'resolve' ? 'resolved' : 'open'
    const history = [...(known?.history ?? []), { action, eventId: event.event_id }]
    const isChange = operation !== 'comment' || known === undefined
    objects.set(id, {
      id,
      target,
      key: alert?.key,
      state: action === 'note' && known ? known.state : state,
      history: isChange || action === 'note' ? history : known.history,
    })
    return { remote: { id }, ref: id, proof: `proof of ${id}` }
  }
}

const operationNames: Readonly<Record<Step['action'], readonly string[]>> = {
  open: ['create'],
  repeat: ['update', 'comment'],
  reopen: ['update', 'comment'],
  progress: ['update', 'comment'],
  resolve: ['update', 'comment'],
  note: ['comment'],
  late: [],
  announce: ['create'],
}

function whenAborted(signal: AbortSignal, name: string): Promise<DestinationError> {
  const error = new DestinationError('ambiguous', `${name}_timed_out`, 'The call did not end in time.')
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(error)
    signal.addEventListener('abort', () => resolve(error), { once: true })
  })
}
