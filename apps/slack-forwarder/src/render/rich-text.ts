import type { RichTextElement, RichTextSection } from '@slack/types'

/**
 * The elements that text from events is shown with. Slack shows a `text` element as it is, character for character: neither
 * mentions nor links, formatting or emoji names in it mean anything, so nothing in it has to be escaped.
 */
export function text(
  content: string,
  style?: { readonly bold?: boolean; readonly italic?: boolean },
): RichTextElement {
  return { type: 'text', text: content, ...(style !== undefined && { style }) }
}

/** Elements on a line of their own. */
export function section(...elements: readonly RichTextElement[]): RichTextSection {
  return { type: 'rich_text_section', elements: [...elements] }
}

/** A value; an instant that it begins with is shown in the time zone of whoever reads it. */
export function valueElements(value: string): readonly RichTextElement[] {
  const [, at = '', time = '', rest = ''] = /^((\d{4}-\d\d-\d\d \d\d:\d\d) UTC)(.*)$/.exec(value) ?? []
  const timestamp = Date.parse(`${time.replace(' ', 'T')}Z`) / 1000
  if (Number.isNaN(timestamp)) return [text(value)]
  return [
    { type: 'date', timestamp, format: '{date_short_pretty} at {time}', fallback: at },
    ...(rest === '' ? [] : [text(rest)]),
  ]
}
