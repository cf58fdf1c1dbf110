import { objectsIn } from './blocks/check-blocks.ts'

/** Something in a message that makes Slack notify people. */
export interface SlackMention {
  /** `!channel`, `!here`, `!everyone`, the id of a user, or `!subteam^` and the id of a user group. */
  readonly target: string
  /**
   * `reference` is the syntax in angle brackets. `bare` is the plain `@channel`, `@here` or `@everyone`, which Slack turns
   * into one where it parses names: in text with `link_names` or `parse: full`, and in mrkdwn that is not `verbatim`.
   */
  readonly form: 'reference' | 'bare'
}

/** The parts of a message that can mention someone. */
export interface MentioningParts {
  readonly text: string
  readonly blocks: readonly unknown[]
  readonly attachments: readonly unknown[]
  /** Whether bare names in the text were to be linked. */
  readonly linksNames: boolean
}

/** Everyone whom a message notifies, in the order of reading. */
export function mentionsIn(parts: MentioningParts): readonly SlackMention[] {
  return [
    ...ofText(parts.text, parts.linksNames),
    ...objectsIn(parts.blocks).flatMap(ofObject),
    ...objectsIn(parts.attachments).flatMap((entry) => [...ofObject(entry), ...ofAttachment(entry)]),
  ]
}

const attachmentTexts = ['pretext', 'text', 'title', 'value', 'footer', 'author_name', 'fallback'] as const

function ofObject(entry: Readonly<Record<string, unknown>>): readonly SlackMention[] {
  switch (entry['type']) {
    case 'mrkdwn':
      return ofText(String(entry['text']), entry['verbatim'] !== true)
    case 'markdown':
      return ofText(String(entry['text']), true)
    case 'broadcast':
      return [{ target: `!${String(entry['range'])}`, form: 'reference' }]
    case 'user':
      return [{ target: String(entry['user_id']), form: 'reference' }]
    case 'usergroup':
      return [{ target: `!subteam^${String(entry['usergroup_id'])}`, form: 'reference' }]
    default:
      return []
  }
}

/** The texts of an attachment and of its fields; blocks inside it have a type and are read as such. */
function ofAttachment(entry: Readonly<Record<string, unknown>>): readonly SlackMention[] {
  if (entry['type'] !== undefined) return []
  return attachmentTexts.flatMap((field) => {
    const text = entry[field]
    return typeof text === 'string' ? ofText(text, false) : []
  })
}

function ofText(text: string, linksNames: boolean): readonly SlackMention[] {
  // What was escaped as &lt; stays text: Slack looks for references before it decodes.
  const references = text.matchAll(
    /<(?:@([UW][A-Z0-9]+)|(!channel|!here|!everyone|!subteam\^S[A-Z0-9]+))(?:\|[^<>]*)?>/g,
  )
  const bare = linksNames ? text.matchAll(/(?<![\w@<!])@(channel|here|everyone)\b/g) : []
  return [
    ...[...references].map(([, user, group]) => ({
      target: user ?? group ?? '',
      form: 'reference' as const,
    })),
    ...[...bare].map(([, name]) => ({ target: `!${name}`, form: 'bare' as const })),
  ]
}
