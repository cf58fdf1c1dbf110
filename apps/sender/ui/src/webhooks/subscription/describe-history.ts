import { formatDuration } from '../../components/format-time.ts'
import { strings } from '../../strings/index.ts'
import { readChanges, textsOf, writeValue } from './describe-changes.ts'
import { describeFailure } from './describe-failure.ts'
import type { AuditEntry, HistoryItem } from './history.ts'
import type { Transition } from './state-since.ts'

/** A {@link HistoryItem} in words. */
export interface HistoryWords {
  /** What happened, in a few words. */
  readonly title: string
  /** What changed, a sentence each. */
  readonly details: readonly string[]
}

/** Says what happened to a subscription. */
export function describeHistory({ entry, transition }: HistoryItem): HistoryWords {
  const ofTransition = transition === undefined ? [] : describeTransition(transition)
  if (entry !== undefined) {
    return { title: titleOf(entry), details: [...detailsOf(entry), ...ofTransition] }
  }
  if (transition === undefined) return { title: '', details: [] }
  const { transitions } = strings.subscription.history
  return { title: transitions[keyOf(transition)], details: ofTransition }
}

function titleOf({ action }: AuditEntry): string {
  const { actions } = strings.subscription.history
  return isKey(actions, action) ? actions[action] : action
}

function detailsOf({ action, details }: AuditEntry): readonly string[] {
  const texts = strings.subscription.history.details
  switch (action) {
    case 'subscription.created': {
      const headers = textsOf(details['headers'])
      return [
        texts.createdFor(writeValue(details['url'])),
        texts.createdEvents(writeValue(details['events'])),
        ...(headers.length === 0 ? [] : [texts.headersSet(headers.join(', '))]),
        ...(details['state'] === 'paused' ? [texts.createdPaused] : []),
      ]
    }
    case 'subscription.changed':
      return describeChanges(details)
    case 'subscription.secret_rotated': {
      const seconds = details['overlap_seconds']
      if (typeof seconds !== 'number') return []
      return [seconds === 0 ? texts.noOverlap : texts.overlap(formatDuration(seconds * 1000))]
    }
    case 'subscription.paused':
    case 'subscription.resumed':
    case 'subscription.enabled':
      return []
    case 'subscription.tested':
      return [texts.tested(writeValue(details['event']))]
    case 'recover.started':
      return [texts.recoverStarted(count(details['total_count']), writeValue(details['since']))]
    case 'recover.canceled':
      return [texts.recoverCanceled(count(details['redelivered_count']))]
    default:
      return Object.entries(details).map(([name, value]) => `${name}: ${writeValue(value)}`)
  }
}

function describeChanges(details: Readonly<Record<string, unknown>>): readonly string[] {
  const { details: texts, fields: names, noValue } = strings.subscription.history
  const { fields, headers } = readChanges(details)
  return [
    ...fields.map(({ field, from, to }) =>
      texts.changed(isKey(names, field) ? names[field] : field, from || noValue, to || noValue),
    ),
    ...(headers !== undefined && headers.set.length > 0 ? [texts.headersSet(headers.set.join(', '))] : []),
    ...(headers !== undefined && headers.removed.length > 0
      ? [texts.headersRemoved(headers.removed.join(', '))]
      : []),
  ]
}

function describeTransition(transition: Transition): readonly string[] {
  const { details: texts } = strings.subscription.history
  const { to, reason, consecutive_failures: failures, held_count: held } = transition
  const hasFailed = reason === 'repeated_failures' || reason === 'endpoint_gone'
  const failure = describeFailure(transition)
  return [
    ...(hasFailed && failures > 0 ? [texts.failures(failures)] : []),
    ...(hasFailed && failure !== undefined ? [texts.lastFailure(failure)] : []),
    ...(held > 0 ? [to === 'active' ? texts.owedThen(held) : texts.heldThen(held)] : []),
  ]
}

function keyOf({ to, reason }: Transition): keyof typeof strings.subscription.history.transitions {
  if (reason === 'recovered') return 'recovered'
  if (reason === 'endpoint_gone') return 'gone'
  if (reason === 'repeated_failures') return to === 'degraded' ? 'degraded' : 'disabled'
  return to === 'degraded' ? 'degraded' : to
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

function isKey<Texts extends object>(texts: Texts, key: PropertyKey): key is keyof Texts {
  return Object.hasOwn(texts, key)
}
