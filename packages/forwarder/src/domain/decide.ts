import type { Alert } from './alert.ts'
import { decideProblem } from './decide-problem.ts'
import { decideRecovery } from './decide-recovery.ts'
import { withoutRemote } from './decided-alert.ts'
import type { Deciding, Decision, SingleReading } from './decision.ts'
import type { Facts } from './facts.ts'
import type { Reading } from './reading.ts'
import { openCarrier } from './storm.ts'

/**
 * Decides what a reading changes at one target, and what the target is to be told; pure, and the same for the same
 * arguments.
 *
 * - **Fence.** What is older than the newest event that counted changes nothing, nor is a failure older than a clean scan
 *   one. At equal instants failure beats recovery. Events may therefore arrive in any order, and the state is that of the
 *   newest. What a person says, or an expiry, is never stale.
 * - **Opening.** A problem opens, or repeats what is open, or reopens what the destination has of it when that was
 *   resolved within the reopen window.
 * - **Unknown recoveries** are kept as a resolved alert that nobody is told of, so that a late problem is stale.
 * - **Storm.** A control that would be opened after `settings.storm.controls` others within the window is told with its
 *   framework's storm: it gets a `carrier`, and the step is the storm's. A control that it stands for returns to it while it
 *   is open. It is resolved when all of them have. To end a storm by hand, end each of its open members.
 * - **Notes** go to the alert when it is open, or to its storm, and are announced otherwise. Neither they nor
 *   announcements are fenced or change an alert.
 */
export function decide(deciding: Deciding): Decision {
  const { reading } = deciding
  switch (reading.kind) {
    case 'problem':
      return decideProblem(deciding, reading)
    case 'recovery':
      return decideRecovery(deciding, reading)
    case 'note':
      return note(deciding)
    default:
      return announcement(reading.facts)
  }
}

/** What a sweep says about one open control. Give it for each that was last heard of at or before the sweep's event. */
export function sweepRecovery(
  sweep: Extract<Reading, { readonly kind: 'sweep' }>,
  control: Alert,
): Extract<SingleReading, { readonly kind: 'recovery' }> {
  const { kind, key, labels } = control
  return { kind: 'recovery', subject: { kind, key, labels }, facts: sweep.facts }
}

function note(deciding: Deciding): Decision {
  const { alert, reading } = deciding
  const told = alert?.state === 'open' ? (openCarrier(deciding) ?? alert) : undefined
  if (told === undefined) return announcement(reading.facts)
  const step = { key: told.key, action: 'note', alert: withoutRemote(told), before: told } as const
  return { result: 'step', alerts: [], steps: [{ ...step, facts: reading.facts }] }
}

function announcement(facts: Facts): Decision {
  const step = { key: undefined, action: 'announce', alert: undefined, before: undefined } as const
  return { result: 'step', alerts: [], steps: [{ ...step, facts }] }
}
