import type { Card } from './card.ts'
import { escape, escapedWithin } from './escape.ts'
import { signs } from './layout.ts'
import { mentionMarkup } from './mention.ts'

/**
 * Everything a card says as escaped text: what a screen reader reads, and what a notification shows. Beside blocks Slack
 * shows it nowhere else. At most `max` UTF-16 code units.
 */
export function plainText(card: Card, max: number): string {
  return escapedWithin(paragraphs(card).join('\n'), max)
}

/** The same to be shown instead of blocks that Slack refused: with the mentions and a link that can be followed. */
export function degradedText(card: Card, max: number): string {
  const mentions = (card.mentions ?? []).map(mentionMarkup).join(' ')
  const { link } = card
  const footer = [
    link === undefined ? '' : `<${escape(link.url)}|${escape(link.label).replaceAll('|', '¦')}>`,
    mentions,
  ].filter((part) => part !== '' && part.length < max / 2)
  const tail = footer.length === 0 ? '' : `\n${footer.join(' ')}`
  const body = paragraphs({ ...card, link: undefined }).join('\n')
  return `${escapedWithin(body, max - tail.length)}${tail}`
}

function paragraphs(card: Omit<Card, 'link'> & { readonly link?: Card['link'] | undefined }): string[] {
  const leftOut = card.linesLeftOut ?? 0
  return [
    `${signs[card.tone]} ${card.headline}`,
    card.summary,
    ...card.fields.map(({ label, value }) => `${label}: ${value}`),
    ...card.lines.map((line) => `• ${line}`),
    leftOut === 0 ? '' : `and ${leftOut} more`,
    ...card.hints,
    card.link === undefined ? '' : `${card.link.label}: ${card.link.url}`,
  ].filter((paragraph) => paragraph !== '')
}
