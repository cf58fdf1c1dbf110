import type { AppName, Destination } from '../destinations/destination.ts'
import type { ExpectedCondition } from '../events/expected-conditions.ts'
import type { PlannedEvent } from '../events/trial-event.ts'
import type { AuditedStep, LedgerAudit } from './audit-ledger.ts'

/** What is held against what. */
export interface Outcome {
  readonly destination: Destination
  readonly events: readonly PlannedEvent[]
  readonly expected: ReadonlyMap<string, ExpectedCondition>
  readonly audit: LedgerAudit
  /** Whether controls that fail together are told together. */
  readonly hasStorms: boolean
}

/** Every promise that was broken, in sentences. */
export function checkOutcome(outcome: Outcome): readonly string[] {
  return [
    ...lostEvents(outcome),
    ...unfinishedSteps(outcome),
    ...wrongAlerts(outcome),
    ...(outcome.hasStorms ? untoldControls(outcome) : wrongConditions(outcome)),
    ...wrongNames(outcome),
    ...wrongNews(outcome),
    ...refusals(outcome),
    ...(outcome.audit.chainProblem === undefined ? [] : [outcome.audit.chainProblem]),
  ]
}

function lostEvents({ events, audit }: Outcome): readonly string[] {
  return events.flatMap(({ event }) => {
    const known = audit.events.get(event.event_id)
    const name = `${event.event} ${event.event_id}`
    if (known === undefined) return [`${name} is not in the ledger.`]
    return [
      ...(known.isFinished ? [] : [`${name} is not finished.`]),
      ...(known.entries > 0 ? [] : [`${name} has no entry in the ledger.`]),
    ]
  })
}

function unfinishedSteps({ audit }: Outcome): readonly string[] {
  return (
    audit.steps
      .filter(({ state }) => state !== 'done')
      // An update of a storm waits some seconds, and is left out when the storm is over before.
      .filter((step) => !isOvertaken(step))
      .map(({ id, key, action, state, reason }) => `Step ${id} (${action} ${key}) is ${state}: ${reason}.`)
  )
}

function isOvertaken({ action, state, reason }: Pick<AuditedStep, 'action' | 'state' | 'reason'>): boolean {
  return action === 'progress' && state === 'canceled' && reason === 'resolved_meanwhile'
}

function wrongAlerts({ expected, audit }: Outcome): readonly string[] {
  const states = new Map(audit.alerts.map(({ key, state }) => [key, state]))
  return [...expected].flatMap(([key, { state }]) => {
    const known = states.get(key)
    const isRight = state === 'open' ? known === 'open' : known !== 'open'
    return isRight ? [] : [`${key} has to be ${state}, but the ledger has it as ${known ?? 'unknown'}.`]
  })
}

/** At most one thing for each condition, and it shows the newest state; PagerDuty has one for each time it opened. */
function wrongConditions({ destination, expected, audit }: Outcome): readonly string[] {
  const held = destination.conditions(expected.keys())
  return [...expected].flatMap(([key, { state, mostOpenings }]) => {
    const { open, closed } = held.get(key) ?? { open: 0, closed: 0 }
    const most = destination.app === 'pagerduty' ? mostOpenings : Math.min(mostOpenings, 1)
    const told = audit.steps.filter(
      (step) => step.key === key && (step.action === 'open' || step.action === 'reopen'),
    ).length
    const exact = destination.app === 'pagerduty' ? told : Math.min(told, 1)
    const seen = `${destination.app} holds ${open} open and ${closed} closed of ${key}`
    return [
      ...(open === (state === 'open' ? 1 : 0) ? [] : [`${seen}, which has to be ${state}.`]),
      ...(open + closed <= most ? [] : [`${seen}, but it can have opened ${mostOpenings} times at most.`]),
      ...(open + closed === exact ? [] : [`${seen}, but the ledger has opened it ${told} times.`]),
    ]
  })
}

/** With storms: every control that fails is told, by itself or in the message of its framework's storm. */
function untoldControls({ destination, expected, audit }: Outcome): readonly string[] {
  const keys = [...expected.keys(), ...audit.alerts.map(({ key }) => key)]
  const held = destination.conditions(keys)
  const texts = destination.texts()
  return audit.alerts.flatMap(({ key, kind, state, count, carrier }) => {
    const { open, closed } = held.get(key) ?? { open: 0, closed: 0 }
    const seen = `${destination.app} holds ${open} open and ${closed} closed of ${key}`
    if (open > 1) return [`${seen}: it is told twice.`]
    if (carrier === undefined || kind !== 'control') {
      const isRight = open === (state === 'open' && count > 0 ? 1 : 0)
      return isRight ? [] : [`${seen}, which is ${state}.`]
    }
    if (state !== 'open') return []
    const id = key.slice(key.lastIndexOf(':') + 1).toUpperCase()
    const storm = held.get(carrier)
    const isListed = texts.some((text) => new RegExp(`\\b${id}\\b`).test(text))
    return storm?.open === 1 && isListed ? [] : [`${key} fails, but no storm tells of it.`]
  })
}

/** What a step says is said once: what it named itself by is there exactly once. */
function wrongNames({ destination, audit }: Outcome): readonly string[] {
  const named = new Map<string, number>()
  for (const step of destination.stepsNamed()) named.set(step, (named.get(step) ?? 0) + 1)
  const known = new Map(audit.steps.map((step) => [step.id, step]))
  const loud = loudActions[destination.app]
  return [
    ...[...named].flatMap(([id, times]) => {
      const step = known.get(id)
      if (step === undefined) return [`${destination.app} names step ${id}, which the ledger does not know.`]
      return times === 1 ? [] : [`Step ${id} (${step.action} ${step.key}) was told ${times} times.`]
    }),
    ...audit.steps
      .filter(({ id, action, result }) => loud.has(action) && result === 'delivered' && !named.has(id))
      .map(({ id, action, key }) => `Step ${id} (${action} ${key}) is delivered, but nothing tells it.`),
  ]
}

/** Actions whose words can be found by the id of their step. */
const loudActions: Readonly<Record<AppName, ReadonlySet<string>>> = {
  slack: new Set(['open', 'repeat', 'reopen', 'resolve', 'note', 'announce']),
  pagerduty: new Set(),
  jira: new Set(['open', 'repeat', 'reopen', 'resolve', 'note']),
}

function wrongNews({ destination, events, audit }: Outcome): readonly string[] {
  if (destination.app === 'jira') return []
  const texts = destination.texts()
  const ambiguous = audit.entries['ambiguous'] ?? 0
  return events.flatMap(({ event, news }) => {
    if (news === undefined) return []
    const isTold = destination.app === 'slack' || event.event === 'evidence.uploaded'
    const times = texts.filter((text) => text.includes(news)).length
    const isRight =
      times === (isTold ? 1 : 0) || (destination.app === 'pagerduty' && times > 1 && ambiguous > 0)
    return isRight ? [] : [`${event.event} ${event.event_id} was told ${times} times.`]
  })
}

function refusals({ destination }: Outcome): readonly string[] {
  return destination.fake.refusals.map(
    ({ operation, error, why }) => `${destination.app} refused ${operation} (${error ?? '-'}): ${why}`,
  )
}
