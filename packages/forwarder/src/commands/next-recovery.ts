import type { Step } from '../domain/step.ts'
import type { Destination } from '../engine/destination.ts'

/** One operation as it would be. */
export interface OperationPreview {
  readonly name: string
  readonly preview: unknown
}

/** What the destination would be told if a recovery followed a step; `undefined` where a step leaves nothing open. */
export function nextRecovery<Target, Remote>(
  step: Step | undefined,
  destination: Pick<Destination<Target, Remote>, 'operations'>,
  targets: Readonly<Record<string, Target>>,
): readonly OperationPreview[] | undefined {
  const alert = step?.alert
  if (step === undefined || alert?.state !== 'open') return undefined
  const target = Object.hasOwn(targets, step.target) ? targets[step.target] : undefined
  const members = alert.members?.map((member) => ({ ...member, state: 'resolved' }) as const)
  const recovery: Step = {
    ...step,
    action: 'resolve',
    alert: {
      ...alert,
      state: 'resolved',
      resolvedAt: step.event.timestamp,
      ...(members !== undefined && { members }),
    },
    before: alert,
    facts: alert.kind === 'storm' ? { kind: 'storm' } : { kind: 'recovered', proof: 'status' },
  }
  return destination.operations(recovery, target).map(({ name, preview }) => ({ name, preview }))
}
