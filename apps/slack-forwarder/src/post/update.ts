import { type Alert, type Call, DestinationError } from '@complywise/forwarder'
import type { SlackRemote } from '../remote.ts'
import { refOf, remoteOf } from '../remote.ts'
import { type Card, cardOfAlert, movedCard } from '../render/card.ts'
import { renderDegraded, renderMessage } from '../render/message.ts'
import { metadataOf } from '../render/metadata.ts'
import type { Workspaces } from '../workspaces.ts'
import type { LaneOptions } from './lane.ts'
import type { NewestCards } from './newest-cards.ts'
import { degradedBy } from './post.ts'

/** A change of what a message says of one alert. */
export interface Update {
  readonly key: string
  readonly card: Card
  readonly remote: SlackRemote
  readonly call: Pick<Call<SlackRemote>, 'sharing'>
}

/** What Slack did not take of the message. */
export interface Updated {
  readonly degraded: readonly string[]
}

/**
 * How updates of one message are put together: one at a time, so that none overtakes a newer one, and each shows whatever
 * is known of all alerts in the message by then.
 */
export function updateLanes(
  workspaces: Workspaces,
  newestCards: NewestCards,
  { now, maxWaitMs }: { readonly now: () => number; readonly maxWaitMs: number },
): LaneOptions<Update, Updated> {
  return {
    now,
    maxWaitMs,
    spacingMs: 0,
    group: () => '',
    fit: (updates) => updates.length,
    carry: async (updates, signal) => update({ workspaces, newestCards }, updates, signal),
    afterError(error) {
      const isLimited = error instanceof DestinationError && error.code === 'slack_rate_limited'
      return isLimited ? { pauseMs: error.retryAfterMs ?? 1000 } : {}
    },
    busy: (retryAfterMs) =>
      new DestinationError('retry', 'slack_rate_limited', 'Slack limits the rate of chat.update.', {
        retryAfterMs: Math.max(retryAfterMs, 1000),
      }),
    lost: () =>
      new DestinationError('ambiguous', 'slack_no_answer', 'No answer to chat.update came back in time.'),
  }
}

/** As often as a message is looked at again for what another process has decided in the meantime. */
const mostRounds = 3

async function update(
  { workspaces, newestCards }: { readonly workspaces: Workspaces; readonly newestCards: NewestCards },
  updates: readonly Update[],
  signal: AbortSignal,
): Promise<Updated> {
  const [first] = updates
  if (first === undefined) throw new Error('there is nothing to update')
  const client = workspaces.client(first.remote.workspace)
  const ref = refOf(first.remote)
  let shown = cardsOf(updates, newestCards)
  for (let round = 1; ; round += 1) {
    const { degraded } = await send(shown)
    for (const { key, card, remote } of updates) {
      if (remote.joined !== undefined) newestCards.updated(ref, key, card)
    }
    const now = cardsOf(updates, newestCards)
    if (round === mostRounds || JSON.stringify(now) === JSON.stringify(shown)) return { degraded }
    shown = now
  }

  async function send(cards: readonly Card[]): Promise<Updated> {
    const request = updateRequest(updates, cards)
    try {
      await client.call('chat.update', request, signal)
      return { degraded: [] }
    } catch (error) {
      const degraded = degradedBy(error)
      if (degraded === undefined) throw error
      const { metadata: _, ...rest } = request
      const plain = degraded.includes('metadata')
        ? rest
        : { ...request, ...renderDegraded(cards), blocks: [] }
      await client.call('chat.update', plain, signal)
      return { degraded }
    }
  }
}

/** What `chat.update` is given. */
function updateRequest(
  updates: readonly Pick<Update, 'remote'>[],
  cards: readonly Card[],
): Readonly<Record<string, unknown>> {
  const remote = updates[0]?.remote
  return {
    channel: remote?.channel,
    ts: remote?.ts,
    ...renderMessage(cards, 'parent'),
    metadata: metadataOf([...new Set(updates.flatMap(({ remote }) => remote.steps))]),
    // Without it Slack treats an update as if a person had typed it: names and addresses would become links.
    parse: 'none',
    link_names: false,
  }
}

/** The cards of a message, in the order in which it was posted. */
function cardsOf(updates: readonly Update[], newestCards: NewestCards): readonly Card[] {
  const [first] = updates
  if (first === undefined) return []
  const own = new Map(updates.map(({ key, card }) => [key, card]))
  const { remote, call, card } = first
  if (remote.joined === undefined) return [own.get(first.key) ?? card]
  const ref = refOf(remote)
  const sharing = new Map(call.sharing(ref).map((alert) => [alert.key, alert]))
  const unrecorded = newestCards.unrecorded(ref, new Set(sharing.keys()))
  const known = remote.joined.map(({ key }) => key)
  const late = [...own.keys(), ...sharing.keys(), ...unrecorded.keys()].filter((key) => !known.includes(key))
  const posted = new Map(remote.joined.map(({ key, headline }) => [key, headline]))
  return [...known, ...new Set(late)].map(
    (key) =>
      own.get(key) ??
      sharedCard(sharing.get(key), ref, newestCards) ??
      unrecorded.get(key) ??
      movedCard(posted.get(key) ?? key),
  )
}

function sharedCard(alert: Alert | undefined, ref: string, newestCards: NewestCards): Card | undefined {
  const card = alert === undefined ? undefined : remoteOf(alert)?.card
  return alert === undefined || card === undefined
    ? undefined
    : cardOfAlert(newestCards.newest(ref, alert.key, card), alert)
}
