import type { Alert } from './alert.ts'
import { labelsOf, openedAlert, repeatedAlert, stepTo } from './decided-alert.ts'
import type { Deciding, Decision, DecisionReason } from './decision.ts'
import { isBefore } from './instant.ts'
import type { Reading } from './reading.ts'
import { isWithinWindow } from './reopen-window.ts'
import { joinStorm, joinsStorm, openCarrier, repeatInStorm } from './storm.ts'

type Problem = Extract<Reading, { readonly kind: 'problem' }>

/** What a condition that holds changes. */
export function decideProblem(deciding: Deciding, reading: Problem): Decision {
  const { alert } = deciding
  const fence = newerKnown(deciding, reading)
  if (fence !== undefined) return stale(fence, alert, reading)
  if (alert?.state === 'open') {
    const storm = openCarrier(deciding)
    if (storm !== undefined) return repeatInStorm(deciding, alert, storm)
    if (alert.carrier === undefined) return repeat(deciding, alert, reading)
    // Its storm was ended without it: nothing stands for it any more, so it is told like a new one.
  }
  return joinsStorm(deciding) ? joinStorm(deciding, reading) : open(deciding, reading)
}

/** Says that an event came too late to change anything, to a target that knows what it is about. */
export function stale(
  reason: DecisionReason,
  alert: Alert | undefined,
  { facts }: { readonly facts: Problem['facts'] },
): Decision {
  const wasTold = alert !== undefined && alert.count > 0 && alert.carrier === undefined
  return {
    result: 'stale',
    reason,
    alerts: [],
    steps: wasTold ? [stepTo('late', alert, alert, facts)] : [],
  }
}

function newerKnown(
  { alert, event, cleanScanAt }: Deciding,
  { subject }: Problem,
): DecisionReason | undefined {
  if (alert !== undefined && isBefore(event.timestamp, alert.lastAt)) return 'newer_event_known'
  const isCleared =
    subject.kind === 'control' && cleanScanAt !== undefined && isBefore(event.timestamp, cleanScanAt)
  return isCleared ? 'newer_clean_scan' : undefined
}

function repeat(deciding: Deciding, alert: Alert, { facts }: Problem): Decision {
  const repeated = repeatedAlert(deciding, alert, deciding.severity)
  return { result: 'step', alerts: [repeated], steps: [stepTo('repeat', repeated, alert, facts)] }
}

function open(deciding: Deciding, { subject, facts }: Problem): Decision {
  const { alert, settings } = deciding
  const opened = openedAlert(deciding, subject)
  if (alert !== undefined && isWithinWindow(alert, opened.openedAt, settings)) {
    const reopened = { ...opened, labels: labelsOf(alert, subject), remote: alert.remote }
    return { result: 'step', alerts: [reopened], steps: [stepTo('reopen', reopened, alert, facts)] }
  }
  return { result: 'step', alerts: [opened], steps: [stepTo('open', opened, alert, facts)] }
}
