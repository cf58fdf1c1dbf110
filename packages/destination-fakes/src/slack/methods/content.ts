import { checkBlocks } from '../blocks/check-blocks.ts'
import { isObject } from '../blocks/check.ts'
import { slackLimits } from '../limits.ts'
import { flag, json, type MethodArguments, optionalString } from '../method-arguments.ts'
import { malformed } from '../slack-problem.ts'
import type { SlackMetadata } from '../workspace.ts'

/** What a call says about the content of a message; `undefined` where it says nothing. */
export interface Content {
  /** Already cut to what Slack keeps. */
  readonly text: string | undefined
  readonly truncated: boolean
  readonly blocks: readonly unknown[] | undefined
  readonly attachments: readonly unknown[] | undefined
  /** `null` takes the metadata away. */
  readonly metadata: SlackMetadata | null | undefined
  readonly linksNames: boolean
}

/** Reads and checks the content of `chat.postMessage` and `chat.update`. */
export function readContent(args: MethodArguments): Content {
  const text = optionalString(args, 'text')
  return {
    text: text?.slice(0, slackLimits.text),
    truncated: text !== undefined && text.length > slackLimits.text,
    blocks: readBlocks(args),
    attachments: readAttachments(args),
    metadata: readMetadata(args),
    linksNames: flag(args, 'link_names') || args['parse'] === 'full',
  }
}

/** Whether a message of this content would show nothing. */
export function isEmpty({ text, blocks, attachments }: Content): boolean {
  return text === undefined && (blocks ?? []).length === 0 && (attachments ?? []).length === 0
}

/** What an answer says of a text that was cut. */
export function truncationWarning({ truncated }: Content): Readonly<Record<string, unknown>> {
  return truncated
    ? { warning: 'message_truncated', response_metadata: { warnings: ['message_truncated'] } }
    : {}
}

function readBlocks(args: MethodArguments): readonly unknown[] | undefined {
  const blocks = json(args, 'blocks', 'invalid_blocks_format')
  if (blocks === undefined) return undefined
  if (!Array.isArray(blocks)) throw malformed('invalid_blocks_format', [])
  const complaints = checkBlocks(blocks)
  if (complaints.length > 0) throw malformed('invalid_blocks', complaints)
  const together = JSON.stringify(blocks).length
  if (together > slackLimits.blocksTogether) {
    throw malformed('msg_blocks_too_long', [`${together} characters of ${slackLimits.blocksTogether}`])
  }
  return blocks
}

function readAttachments(args: MethodArguments): readonly unknown[] | undefined {
  const attachments = json(args, 'attachments', 'invalid_attachments')
  if (attachments === undefined) return undefined
  if (!Array.isArray(attachments)) throw malformed('invalid_attachments', [])
  if (attachments.length > slackLimits.attachments) throw malformed('too_many_attachments', [])
  const complaints = attachments.flatMap((attachment: unknown, index) =>
    isObject(attachment) && attachment['blocks'] !== undefined
      ? checkBlocks(attachment['blocks'], `/attachments/${index}/blocks`)
      : [],
  )
  if (complaints.length > 0) throw malformed('invalid_blocks', complaints)
  return attachments
}

function readMetadata(args: MethodArguments): SlackMetadata | null | undefined {
  const metadata = json(args, 'metadata', 'invalid_metadata_format')
  if (metadata === undefined) return undefined
  if (!isObject(metadata)) throw malformed('invalid_metadata_format', [])
  if (Object.keys(metadata).length === 0) return null
  const { event_type: eventType, event_payload: eventPayload } = metadata
  if (typeof eventType !== 'string' || !/^\w+$/.test(eventType) || !isObject(eventPayload)) {
    throw malformed('invalid_metadata_format', [
      'needs event_type, of letters, digits and _, and event_payload',
    ])
  }
  const bytes = Buffer.byteLength(JSON.stringify(metadata))
  if (bytes > slackLimits.metadataBytes) {
    throw malformed('metadata_too_large', [`${bytes} bytes of ${slackLimits.metadataBytes}`])
  }
  return { event_type: eventType, event_payload: flatPayload(eventPayload) }
}

function flatPayload(payload: Readonly<Record<string, unknown>>): SlackMetadata['event_payload'] {
  return Object.fromEntries(
    Object.entries(payload).map(([key, value]) => {
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        return [key, value]
      throw malformed('invalid_metadata_format', [
        `must provide a string, a number or a boolean [json-pointer:/metadata/event_payload/${key}]`,
      ])
    }),
  )
}
