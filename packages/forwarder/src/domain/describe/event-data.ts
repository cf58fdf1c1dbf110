import type { WebhookEvent } from '@complywise/webhooks'
import { cleanText } from '../clean-text.ts'

const MAX_LENGTH = 200

/** A text in an event's data, cleaned; `undefined` when it is absent, empty, or no text. */
export function textIn({ data }: WebhookEvent, name: string): string | undefined {
  const value: unknown = new Map<string, unknown>(Object.entries(data)).get(name)
  const text = typeof value === 'string' ? cleanText(value, MAX_LENGTH) : ''
  return text === '' ? undefined : text
}
