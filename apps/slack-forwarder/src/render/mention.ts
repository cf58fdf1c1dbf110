import type { RichTextElement } from '@slack/types'

/** Someone whom the configuration names to be notified. Never made from an event. */
export type Mention =
  | { readonly kind: 'group'; readonly id: string }
  | { readonly kind: 'user'; readonly id: string }
  | { readonly kind: 'here' | 'channel' }

/** How mentions are written in the configuration. */
export const mentionPattern = /^(?:S[A-Z0-9]{2,}|[UW][A-Z0-9]{2,}|here|channel)$/

/** `S0IAM` is a user group, `U0ANN` a user, `here` whoever is active in the channel, `channel` everyone in it. */
export function parseMention(text: string): Mention {
  if (text === 'here' || text === 'channel') return { kind: text }
  return { kind: text.startsWith('S') ? 'group' : 'user', id: text }
}

/** For blocks. */
export function mentionElement(mention: Mention): RichTextElement {
  switch (mention.kind) {
    case 'group':
      return { type: 'usergroup', usergroup_id: mention.id }
    case 'user':
      return { type: 'user', user_id: mention.id }
    default:
      return { type: 'broadcast', range: mention.kind }
  }
}

/** For text. */
export function mentionMarkup(mention: Mention): string {
  switch (mention.kind) {
    case 'group':
      return `<!subteam^${mention.id}>`
    case 'user':
      return `<@${mention.id}>`
    default:
      return `<!${mention.kind}>`
  }
}
