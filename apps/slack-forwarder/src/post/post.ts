import { DestinationError } from '@complywise/forwarder'
import { z } from 'zod'
import { refOf } from '../remote.ts'
import type { Card } from '../render/card.ts'
import { fitsWhole, maxCards, renderDegraded, renderMessage, type Style } from '../render/message.ts'
import { metadataOf } from '../render/metadata.ts'
import { worstFirst } from '../render/urgency.ts'
import type { Workspaces } from '../workspaces.ts'
import type { LaneOptions } from './lane.ts'
import type { NewestCards } from './newest-cards.ts'
import { stepUuid } from './step-uuid.ts'

/** Something that is to be posted, alone or together with others. */
export interface Post {
  readonly workspace: string
  readonly channel: string
  /** The parent's `ts`, of a reply. */
  readonly threadTs?: string | undefined
  /** A reply that the channel shows as well. */
  readonly isBroadcast?: boolean
  /** Is never joined with others. */
  readonly isAlone?: boolean
  readonly style: Style
  /** By which it is found again. */
  readonly stepId: string
  /** Of the alert. */
  readonly key: string | undefined
  readonly card: Card
}

/** The message that Slack made of one or several posts. */
export interface Posted {
  readonly channel: string
  readonly ts: string
  /** Absent of a reply whose parent was deleted: Slack posts it in the channel itself, without another word. */
  readonly threadTs?: string | undefined
  /** In the order in which the message shows them. */
  readonly posts: readonly Post[]
  readonly degraded: readonly string[]
}

/** When Slack says that there were too many calls and not how long to wait. */
const pauseMs = 5000

/** How posts of one channel are joined. */
export function postLanes(
  workspaces: Workspaces,
  newestCards: NewestCards,
  { now, maxWaitMs, spacingMs }: Pick<LaneOptions<Post, Posted>, 'now' | 'maxWaitMs' | 'spacingMs'>,
): LaneOptions<Post, Posted> {
  return {
    now,
    maxWaitMs,
    spacingMs,
    group: ({ threadTs, style, isBroadcast, isAlone, stepId }) =>
      [style, threadTs, isBroadcast, isAlone === true ? stepId : ''].join(' '),
    fit: howManyFit,
    async carry(posts, signal) {
      const sorted = worstFirst(posts, ({ card }) => card)
      const posted = await post(workspaces, sorted, signal)
      // Before anybody hears of it, lest an update comes first.
      if (posts[0]?.style === 'parent') newestCards.posted(refOf(posted), cardsByKey(posts))
      return posted
    },
    afterError(error) {
      if (!(error instanceof DestinationError)) return {}
      // One that Slack does not take must not keep the others from being told.
      if (error.kind === 'payload') return { isolates: true }
      return error.code === 'slack_rate_limited' ? { pauseMs: error.retryAfterMs ?? pauseMs } : {}
    },
    busy: (retryAfterMs) =>
      new DestinationError(
        'retry',
        'slack_channel_busy',
        'The channel takes one message a second, and no turn came in time.',
        { retryAfterMs: Math.max(retryAfterMs, 1000) },
      ),
    lost: () =>
      new DestinationError(
        'ambiguous',
        'slack_no_answer',
        'No answer to chat.postMessage came back in time.',
      ),
  }
}

function cardsByKey(posts: readonly Post[]): ReadonlyMap<string, Card> {
  return new Map(posts.flatMap(({ key, card }) => (key === undefined ? [] : [[key, card] as const])))
}

function howManyFit(posts: readonly Post[]): number {
  const [first] = posts
  if (first === undefined) return 0
  const cards = posts.slice(0, maxCards).map(({ card }) => card)
  let count = cards.length
  while (count > 1 && !fitsWhole(cards.slice(0, count), first.style)) count -= 1
  return count
}

/** Posts one message. Where Slack does not take its blocks or its metadata, once more without them. */
async function post(workspaces: Workspaces, posts: readonly Post[], signal: AbortSignal): Promise<Posted> {
  const [first] = posts
  if (first === undefined) throw new Error('there is nothing to post')
  const client = workspaces.client(first.workspace)
  const request = postRequest(posts)
  try {
    const answer = await client.call('chat.postMessage', request, signal)
    return { ...readPosted(answer), posts, degraded: [] }
  } catch (error) {
    const degraded = degradedBy(error)
    // Joined ones are tried one by one first: only the one that is refused has to lose its looks.
    if (degraded === undefined || posts.length > 1) throw error
    const answer = await client.call('chat.postMessage', degrade(request, posts, degraded), signal)
    return { ...readPosted(answer), posts, degraded }
  }
}

/** What `chat.postMessage` is given. */
export function postRequest(posts: readonly Post[]): Readonly<Record<string, unknown>> {
  const [first] = posts
  const stepIds = posts.map(({ stepId }) => stepId)
  return {
    channel: first?.channel,
    ...(first?.threadTs !== undefined && { thread_ts: first.threadTs }),
    ...(first?.isBroadcast === true && { reply_broadcast: true }),
    ...renderMessage(
      posts.map(({ card }) => card),
      first?.style ?? 'note',
    ),
    metadata: metadataOf(stepIds),
    client_msg_id: stepUuid(stepIds),
    // Nothing that looks like a name or an address in an event becomes one.
    parse: 'none',
    link_names: false,
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
  }
}

/** What to leave out after Slack refused a message for its content; `undefined` when nothing would help. */
export function degradedBy(error: unknown): readonly string[] | undefined {
  if (!(error instanceof DestinationError) || error.kind !== 'payload') return undefined
  if (/_not_found$|^slack_(?:cant_update_message|edit_window_closed|no_text)$/.test(error.code))
    return undefined
  return /metadata/.test(error.code) ? ['metadata'] : ['blocks']
}

function degrade(
  { metadata, blocks, text, mrkdwn, ...rest }: Readonly<Record<string, unknown>>,
  posts: readonly Post[],
  degraded: readonly string[],
): Readonly<Record<string, unknown>> {
  if (degraded.includes('metadata')) return { ...rest, text, blocks, mrkdwn }
  // Without blocks the text carries the mentions and the link, which are markup.
  return { ...rest, metadata, ...renderDegraded(posts.map(({ card }) => card)) }
}

const postedSchema = z.object({
  channel: z.string(),
  ts: z.string(),
  message: z.object({ thread_ts: z.string().optional() }).optional(),
})

function readPosted(answer: unknown): Pick<Posted, 'channel' | 'ts' | 'threadTs'> {
  const { data } = postedSchema.safeParse(answer)
  if (data !== undefined) return { channel: data.channel, ts: data.ts, threadTs: data.message?.thread_ts }
  throw new DestinationError(
    'ambiguous',
    'slack_unreadable_answer',
    'Slack answered chat.postMessage without saying which message it made.',
  )
}
