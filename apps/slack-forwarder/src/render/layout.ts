import { truncate } from '@complywise/forwarder'
import type { KnownBlock, RichTextBlockElement } from '@slack/types'
import type { Card } from './card.ts'
import { escapedWithin } from './escape.ts'
import { mentionElement } from './mention.ts'
import { section, text, valueElements } from './rich-text.ts'
import type { Size } from './size.ts'

/** The sign that each tone is seen by from afar. */
export const signs = { failing: '🔴', warning: '🟠', recovered: '🟢', info: '🔵' } as const satisfies Record<
  Card['tone'],
  string
>

/** An alert: a large heading, and below it everything there is to know. */
export function layOutParent(card: Card, size: Size): readonly KnownBlock[] {
  const headline = escapedWithin(`${signs[card.tone]} ${card.headline}`, size.headline)
  return [
    { type: 'header', text: { type: 'plain_text', text: headline, emoji: false } },
    ...richText([...summary(card, size), ...details(card, size)]),
  ]
}

/** A reply or an announcement: the same in small print. */
export function layOutNote(card: Card, size: Size): readonly KnownBlock[] {
  const heading = text(`${signs[card.tone]} ${truncate(card.headline, size.headline)}`, { bold: true })
  const below =
    size.summary > 0 && card.summary !== '' ? [text(`\n${truncate(card.summary, size.summary)}`)] : []
  return richText([section(heading, ...below), ...details(card, size)])
}

function summary(card: Card, size: Size): readonly RichTextBlockElement[] {
  return card.summary === '' || size.summary === 0
    ? []
    : [section(text(truncate(card.summary, size.summary)))]
}

function details(card: Card, size: Size): readonly RichTextBlockElement[] {
  return [
    ...card.fields
      .slice(0, size.fields)
      .map(({ label, value }) =>
        section(text(`${label}: `, { bold: true }), ...valueElements(truncate(value, size.value))),
      ),
    ...list(card, size),
    ...card.hints
      .slice(0, size.hints)
      .map((hint) => section(text(truncate(hint, size.hint), { italic: true }))),
    ...footer(card, size),
  ]
}

function list(card: Card, size: Size): readonly RichTextBlockElement[] {
  const shown = card.lines.slice(0, size.lines).filter((line) => line !== '')
  const leftOut = card.lines.length - shown.length + (card.linesLeftOut ?? 0)
  return [
    ...(shown.length === 0
      ? []
      : [
          {
            type: 'rich_text_list' as const,
            style: 'bullet' as const,
            elements: shown.map((line) => section(text(truncate(line, size.line)))),
          },
        ]),
    ...(leftOut === 0 || size.lines === 0 ? [] : [section(text(`and ${leftOut} more`))]),
  ]
}

function footer(card: Card, size: Size): readonly RichTextBlockElement[] {
  const mentions = (card.mentions ?? []).flatMap((mention) => [text(' '), mentionElement(mention)])
  return [
    ...(mentions.length === 0 ? [] : [section(text('cc'), ...mentions)]),
    ...(card.link === undefined || card.link.url.length > size.url
      ? []
      : [section({ type: 'link', url: card.link.url, text: card.link.label })]),
  ]
}

function richText(elements: readonly RichTextBlockElement[]): readonly KnownBlock[] {
  return elements.length === 0 ? [] : [{ type: 'rich_text', elements: [...elements] }]
}
