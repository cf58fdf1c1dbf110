import type { Card } from '../render/card.ts'

/** What this process has shown in shared messages, for as long as the ledger may not have it yet. */
export interface NewestCards {
  /** Alerts were posted in one message; wherever else the channel showed them, they are not any more. */
  posted(ref: string, cards: ReadonlyMap<string, Card>): void
  /** An update of a shared message has shown an alert. */
  updated(ref: string, key: string, card: Card): void
  /** The newer of `known` and what an update has shown last. */
  newest(ref: string, key: string, known: Card): Card
  /**
   * What a message shows of alerts that the ledger has not had in it so far. `recorded` are those that it has there now: from
   * then on, its word is taken for them.
   */
  unrecorded(ref: string, recorded: ReadonlySet<string>): ReadonlyMap<string, Card>
}

interface Shown {
  readonly card: Card
  readonly at: number
  readonly isUpdate: boolean
  readonly isRecorded: boolean
}

/** Far more messages than are updated at the same time. */
const remembered = 500
/** An outcome that is not in the ledger after this time does not come: what it was about is looked for again. */
const longestMs = 10_000

/**
 * Bridges the moment between a call and its outcome in the ledger, in which an update for another alert of the same message
 * would show what was before, or leave out what was just found again.
 */
export function createNewestCards(now: () => number): NewestCards {
  const messages = new Map<string, Map<string, Shown>>()
  return {
    posted(ref, cards) {
      for (const [other, shown] of messages) {
        if (other === ref || channelOf(other) !== channelOf(ref)) continue
        for (const key of cards.keys()) shown.delete(key)
      }
      if (cards.size < 2) return
      for (const [key, card] of cards) {
        remember(ref, key, { card, at: now(), isUpdate: false, isRecorded: false })
      }
    },
    updated(ref, key, card) {
      const isRecorded = messages.get(ref)?.get(key)?.isRecorded ?? false
      remember(ref, key, { card, at: now(), isUpdate: true, isRecorded })
    },
    newest(ref, key, known) {
      const shown = messages.get(ref)?.get(key)
      return shown?.isUpdate === true && (shown.card.at ?? '') >= (known.at ?? '') ? shown.card : known
    },
    unrecorded(ref, recorded) {
      const missing = new Map<string, Card>()
      for (const [key, shown] of messages.get(ref) ?? []) {
        if (recorded.has(key)) messages.get(ref)?.set(key, { ...shown, isRecorded: true })
        else if (!shown.isRecorded && Math.abs(now() - shown.at) < longestMs) missing.set(key, shown.card)
      }
      return missing
    },
  }

  function remember(ref: string, key: string, shown: Shown): void {
    const cards = messages.get(ref) ?? new Map<string, Shown>()
    messages.delete(ref)
    messages.set(ref, cards.set(key, shown))
    const [oldest] = messages.keys()
    if (messages.size > remembered && oldest !== undefined) messages.delete(oldest)
  }
}

function channelOf(ref: string): string | undefined {
  return ref.split('/')[0]
}
