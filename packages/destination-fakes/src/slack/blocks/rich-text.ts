import { boolean, byType, integer, list, literal, object, string, url } from './check.ts'

const type = string()
const style = object(
  {},
  { bold: boolean, italic: boolean, strike: boolean, code: boolean, underline: boolean },
)
const unlimited = Number.POSITIVE_INFINITY

const inline = byType({
  text: object({ type, text: string() }, { style }),
  link: object({ type, url: url(unlimited) }, { text: string(), unsafe: boolean, style }),
  emoji: object({ type, name: string() }, { unicode: string(), skin_tone: integer, style }),
  user: object({ type, user_id: string() }, { style }),
  usergroup: object({ type, usergroup_id: string() }, { style }),
  channel: object({ type, channel_id: string() }, { style }),
  broadcast: object({ type, range: literal('here', 'channel', 'everyone') }, { style }),
  date: object(
    { type, timestamp: integer, format: string() },
    { url: url(unlimited), fallback: string(), style },
  ),
})

const inlines = list(inline, unlimited, 0)
const section = object({ type, elements: inlines })

/** What a rich_text block holds. */
export const richTextElement = byType({
  rich_text_section: section,
  rich_text_list: object(
    {
      type,
      style: literal('bullet', 'ordered'),
      elements: list(byType({ rich_text_section: section }), unlimited),
    },
    { indent: integer, offset: integer, border: integer },
  ),
  rich_text_preformatted: object({ type, elements: inlines }, { border: integer, language: string() }),
  rich_text_quote: object({ type, elements: inlines }, { border: integer }),
})
