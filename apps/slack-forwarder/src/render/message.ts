import type { KnownBlock } from '@slack/types'
import type { Card } from './card.ts'
import { layOutNote, layOutParent } from './layout.ts'
import { mentionMarkup } from './mention.ts'
import { degradedText, plainText } from './plain-text.ts'
import { smallestSize, type Size, sizes } from './size.ts'
import { worstFirst } from './urgency.ts'

/** What `chat.postMessage` and `chat.update` are given. */
export interface Message {
  /** Everything as text, for screen readers and notifications. */
  readonly text: string
  readonly blocks: readonly KnownBlock[]
}

/** How a card is laid out: an alert's own message, or a reply or announcement. */
export type Style = 'parent' | 'note'

/** Slack refuses somewhere above 12,000 characters of blocks together, at a number that it does not publish. */
export const maxBlocksLength = 10_000
/** Slack's own limit. */
export const maxBlocks = 50
/** The most cards that are joined in one message: all of them fit with their headlines at least. */
export const maxCards = 20
/** What Slack asks for; it cuts text off only far above it. */
export const maxTextLength = 4000

/** A message of one card, or of several that were joined, as large as Slack allows. */
export function renderMessage(cards: readonly Card[], style: Style): Message {
  return { text: joinedText(cards, plainText), blocks: layOut(mentioningOnce(cards), style) }
}

/** The same without blocks, for when Slack refuses them. */
export function renderDegraded(cards: readonly Card[]): Pick<Message, 'text'> {
  return { text: joinedText(mentioningOnce(cards), degradedText) }
}

/** Whether these cards can be joined without showing less of any of them. */
export function fitsWhole(cards: readonly Card[], style: Style): boolean {
  if (cards.length > maxCards) return false
  return fits(blocksAt(cards, style, sizes[0]))
}

function layOut(cards: readonly Card[], style: Style): readonly KnownBlock[] {
  const size = sizes.find((size) => fits(blocksAt(cards, style, size))) ?? smallestSize
  return blocksAt(cards, style, size)
}

function blocksAt(cards: readonly Card[], style: Style, size: Size): readonly KnownBlock[] {
  const layOutCard = style === 'parent' ? layOutParent : layOutNote
  return cards.flatMap((card) => layOutCard(card, size))
}

function fits(blocks: readonly KnownBlock[]): boolean {
  return blocks.length <= maxBlocks && JSON.stringify(blocks).length <= maxBlocksLength
}

function joinedText(cards: readonly Card[], textOf: (card: Card, max: number) => string): string {
  const [first, ...others] = cards
  if (first === undefined) return ''
  if (others.length === 0) return textOf(first, maxTextLength)
  const share = Math.floor((maxTextLength - 400) / cards.length) - 2
  // A notification shows little more than this.
  const [lead = first] = worstFirst(cards, (card) => card)
  const title = plainText({ ...bareOf(lead), headline: `${lead.headline} and ${others.length} more` }, 390)
  return [title, ...cards.map((card) => textOf(card, share))].join('\n\n')
}

function bareOf({ tone, headline }: Card): Card {
  return { tone, headline, summary: '', fields: [], lines: [], hints: [] }
}

/** Cards that were joined mention nobody twice. */
function mentioningOnce(cards: readonly Card[]): readonly Card[] {
  const seen = new Set<string>()
  return cards.map((card) => {
    const mentions = (card.mentions ?? []).filter((mention) => !seen.has(mentionMarkup(mention)))
    for (const mention of mentions) seen.add(mentionMarkup(mention))
    return { ...card, mentions }
  })
}
