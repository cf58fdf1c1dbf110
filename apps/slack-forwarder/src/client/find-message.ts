import { DestinationError } from '@complywise/forwarder'
import { z } from 'zod'
import { stepsIn } from '../render/metadata.ts'
import type { SlackClient } from './slack-client.ts'

/** Where and when a message may have been posted. */
export interface Search {
  readonly channel: string
  /** In this thread only. */
  readonly threadTs?: string | undefined
  /** When the call was begun, by our own clock; RFC 3339. */
  readonly begunAt: string
  readonly stepId: string
}

/** What was found. */
export type Finding =
  | { readonly kind: 'found'; readonly ts: string; readonly steps: readonly string[] }
  | { readonly kind: 'absent' }
  /** `reason` is the code of Slack's refusal, or `slack_history_too_long`: nobody has the time to read so much. */
  | { readonly kind: 'unreadable'; readonly reason: string }

/** How far Slack's clock and ours may be apart: the message is known by its step, so a wide window costs pages at most. */
const clockSkewMs = 600_000
/** A call takes effect within this time, or not at all. */
const longestEffectMs = 60_000
const pageSize = 200
/** Together two thousand messages, or what Slack grants in about ten seconds. */
const maxPages = 10

const pageSchema = z.object({
  messages: z.array(z.object({ ts: z.string(), metadata: z.unknown().optional() })),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
})

/**
 * Looks for the message that tells a step, by its metadata.
 * @throws {DestinationError} when Slack cannot be asked now.
 */
export async function findMessage(
  client: SlackClient,
  search: Search,
  signal: AbortSignal,
): Promise<Finding> {
  const { channel, threadTs, begunAt, stepId } = search
  const begun = Date.parse(begunAt)
  const method = threadTs === undefined ? 'conversations.history' : 'conversations.replies'
  let cursor: string | undefined
  for (let pages = 0; pages < maxPages; pages += 1) {
    const args = {
      channel,
      ...(threadTs !== undefined && { ts: threadTs }),
      oldest: tsOf(begun - clockSkewMs),
      latest: tsOf(begun + longestEffectMs + clockSkewMs),
      inclusive: true,
      include_all_metadata: true,
      limit: pageSize,
      ...(cursor !== undefined && { cursor }),
    }
    const page = await read(async () => client.call(method, args, signal))
    if ('kind' in page) return page
    const found = page.messages.find(({ metadata }) => stepsIn(metadata).includes(stepId))
    if (found !== undefined) return { kind: 'found', ts: found.ts, steps: stepsIn(found.metadata) }
    cursor = page.response_metadata?.next_cursor
    if (cursor === undefined || cursor === '') return { kind: 'absent' }
  }
  return { kind: 'unreadable', reason: 'slack_history_too_long' }
}

function tsOf(ms: number): string {
  return (ms / 1000).toFixed(6)
}

/** Without the right to look, nothing can be known; with a thread or channel that is gone, nothing is there. */
const meanings: ReadonlyMap<string, 'absent' | 'unreadable'> = new Map([
  ['slack_thread_not_found', 'absent'],
  ['slack_missing_scope', 'unreadable'],
  ['slack_no_permission', 'unreadable'],
  ['slack_not_in_channel', 'unreadable'],
  ['slack_channel_not_found', 'unreadable'],
  ['slack_access_denied', 'unreadable'],
])

async function read(call: () => Promise<unknown>): Promise<z.output<typeof pageSchema> | Finding> {
  try {
    const { data } = pageSchema.safeParse(await call())
    if (data !== undefined) return data
  } catch (error) {
    const meaning = error instanceof DestinationError ? meanings.get(error.code) : undefined
    if (meaning === 'absent') return { kind: 'absent' }
    if (meaning === 'unreadable' && error instanceof DestinationError)
      return { kind: 'unreadable', reason: error.code }
    throw error
  }
  throw new DestinationError(
    'retry',
    'slack_unreadable_answer',
    'Slack answered with a history that has no messages.',
  )
}
