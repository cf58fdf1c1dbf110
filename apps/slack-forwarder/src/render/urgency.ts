import { severities } from '@complywise/forwarder'
import type { Card } from './card.ts'

/** The same items, what people have to see first in front; equally urgent ones keep their order. */
export function worstFirst<Item>(
  items: readonly Item[],
  cardOf: (item: Item) => Card,
): readonly [Item, ...Item[]] | readonly [] {
  const sorted = items.toSorted((a, b) => rankOf(cardOf(a)) - rankOf(cardOf(b)))
  const [first, ...others] = sorted
  return first === undefined ? [] : [first, ...others]
}

const tones = ['failing', 'warning', 'info', 'recovered'] as const satisfies readonly Card['tone'][]

/** By state, then by severity, then by tone. */
function rankOf({ tone, state, severity }: Card): number {
  const isOver = state === 'resolved' || tone === 'recovered'
  const badness = severity === undefined ? severities.length : severities.indexOf(severity)
  return (isOver ? 100 : 0) + badness * 10 + tones.indexOf(tone)
}
