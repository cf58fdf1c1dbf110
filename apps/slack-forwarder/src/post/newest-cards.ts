import type { Card } from '../render/card.ts'

/** What was shown last of each alert in a shared message. */
export interface NewestCards {
  remember(ref: string, key: string, card: Card): void
  /** The newer of `known` and what was shown last. */
  newest(ref: string, key: string, known: Card): Card
}

/** Far more messages than are updated at the same time. */
const remembered = 500

/**
 * Bridges the moment between an update and its outcome in the ledger, in which an update for another alert of the same
 * message would show what was before.
 */
export function createNewestCards(): NewestCards {
  const messages = new Map<string, Map<string, Card>>()
  return {
    remember(ref, key, card) {
      const cards = messages.get(ref) ?? new Map<string, Card>()
      messages.delete(ref)
      messages.set(ref, cards.set(key, card))
      const [oldest] = messages.keys()
      if (messages.size > remembered && oldest !== undefined) messages.delete(oldest)
    },
    newest(ref, key, known) {
      const shown = messages.get(ref)?.get(key)
      return shown !== undefined && (shown.at ?? '') >= (known.at ?? '') ? shown : known
    },
  }
}
