import { truncate } from '@complywise/forwarder'

/** Escaped for `text` and text objects: nothing in it can become a link or a mention. Slack asks for exactly these three. */
export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** `text` escaped to at most `max` UTF-16 code units, as Slack counts; never cut off in the middle of an escape. */
export function escapedWithin(text: string, max: number): string {
  return escape(truncate(text, max, (head) => escape(head).length))
}
