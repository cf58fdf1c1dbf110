import type { Schemas } from '../../api/client.ts'
import type { Transition } from './state-since.ts'

/** An entry of the audit log. */
export type AuditEntry = Schemas['AuditEntry']

/** Something that happened to a subscription: by a person, by the sender, or told of by both records. */
export interface HistoryItem {
  readonly id: string
  /** RFC 3339. */
  readonly at: string
  /** What a person did. */
  readonly entry: AuditEntry | undefined
  /** How the state changed by it. */
  readonly transition: Transition | undefined
}

/** What was loaded of a list, newest first. */
export interface Loaded<Item> {
  readonly items: readonly Item[]
  readonly hasMore: boolean
}

/** A history as far as it is known without gaps. */
export interface History {
  /** Newest first. */
  readonly items: readonly HistoryItem[]
  /** Which of the lists have to be read on to know what was before. */
  readonly lacks: { readonly transitions: boolean; readonly audit: boolean }
}

/**
 * Makes one history of the state's changes and of the audit log. A change of the state that a person asked for is in both,
 * and is one item. What is older than the oldest that is loaded of either list is left out, since something may be
 * missing there.
 */
export function mergeHistory(transitions: Loaded<Transition>, audit: Loaded<AuditEntry>): History {
  const paired = pair(transitions.items, audit.items)
  const alone = transitions.items.filter((transition) => ![...paired.values()].includes(transition))
  const items: readonly HistoryItem[] = [
    ...audit.items.map((entry) => ({
      id: `entry ${entry.number}`,
      at: entry.at,
      entry,
      transition: paired.get(entry),
    })),
    ...alone.map((transition) => ({
      id: `transition ${transition.id}`,
      at: transition.at,
      entry: undefined,
      transition,
    })),
  ].toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at))
  const knownSince = Math.max(oldest(transitions), oldest(audit))
  return {
    items: items.filter(({ at }) => Date.parse(at) >= knownSince),
    lacks: {
      transitions: transitions.hasMore && oldest(transitions) === knownSince,
      audit: audit.hasMore && oldest(audit) === knownSince,
    },
  }
}

/** The instant back to which a list is loaded: everything, when there is no more. */
function oldest({ items, hasMore }: Loaded<{ readonly at: string }>): number {
  return hasMore ? Date.parse(items.at(-1)?.at ?? '') || 0 : Number.NEGATIVE_INFINITY
}

// Both are written in one transaction, which takes no longer.
const APART_MS = 10_000

function pair(
  transitions: readonly Transition[],
  entries: readonly AuditEntry[],
): ReadonlyMap<AuditEntry, Transition> {
  const pairs = new Map<AuditEntry, Transition>()
  for (const transition of transitions) {
    const action = requestedBy(transition)
    if (action === undefined) continue
    const entry = entries.find(
      (entry) =>
        entry.action === action &&
        entry.actor === transition.actor &&
        !pairs.has(entry) &&
        Math.abs(Date.parse(entry.at) - Date.parse(transition.at)) < APART_MS,
    )
    if (entry !== undefined) pairs.set(entry, transition)
  }
  return pairs
}

/** The action of the audit log that stands beside a transition; `undefined` for what the sender did by itself. */
function requestedBy({ reason, from, to }: Transition): string | undefined {
  if (reason !== 'requested') return undefined
  if (to === 'paused') return 'subscription.paused'
  if (to !== 'active') return undefined
  // Another URL takes a warning back.
  if (from === 'degraded') return 'subscription.changed'
  return from === 'paused' ? 'subscription.resumed' : 'subscription.enabled'
}
