import { atMost } from './at-most.ts'
import type { EngineContext } from './engine-context.ts'
import type { Failure } from './failure.ts'
import type { Unfinished } from './report.ts'

// A target that fails for so many keys is left alone until the event comes again.
const failuresPerTarget = 3

const defaultConcurrency = 4

const finalKinds: ReadonlySet<Failure['kind']> = new Set(['operator', 'aborted', 'ledger'])

/** How many keys of one target are worked on at the same time. */
export function concurrencyOf<Target, Remote>({
  destination,
}: Pick<EngineContext<Target, Remote>, 'destination'>): number {
  return destination.concurrency ?? defaultConcurrency
}

/**
 * Does something for several keys of one target, begun in the given order and as many at the same time as the destination
 * takes. Once the target has failed in a way that lets all others fail, or for three keys, no further one is begun.
 *
 * @param unfinished what has failed of the attempt so far; whatever fails, or is not begun, is added.
 */
export async function keysAtOnce<Target, Remote, Task extends Unfinished['unit']>(
  context: Pick<EngineContext<Target, Remote>, 'destination'>,
  tasks: readonly Task[],
  unfinished: Unfinished[],
  work: (task: Task) => Promise<Failure | undefined>,
): Promise<void> {
  await atMost(concurrencyOf(context), tasks, async (unit) => {
    const failed = unfinished.filter((each) => each.unit.target === unit.target)
    if (failed.some((each) => each.unit.key === unit.key)) return
    const failure = givenUp(failed) ?? (await work(unit))
    if (failure !== undefined) unfinished.push({ unit, failure })
  })
}

/** Why a target is left alone in this attempt. */
function givenUp(failed: readonly Unfinished[]): Failure | undefined {
  const final = failed.find(({ failure }) => finalKinds.has(failure.kind))
  const last = failed.length >= failuresPerTarget ? failed.at(-1) : undefined
  return (final ?? last)?.failure
}
