import type { Call, Effect, Reconciliation, Step } from '@complywise/forwarder'
import { findMessage } from './client/find-message.ts'
import type { SlackTarget } from './config.ts'
import { permalink } from './permalink.ts'
import { createLanes } from './post/lanes.ts'
import { createNewestCards } from './post/newest-cards.ts'
import { type Post, type Posted, postLanes } from './post/post.ts'
import { updateLanes } from './post/update.ts'
import { refOf, remoteOf, type SlackRemote } from './remote.ts'
import type { Card } from './render/card.ts'
import type { Workspaces } from './workspaces.ts'

/** What is told, of which step. */
export interface Telling {
  readonly step: Step
  readonly card: Card
  /** By which the message is found again: the id of the step, or for a reply one made of it. */
  readonly mark: string
}

/** Where it is told. */
export interface Place {
  readonly workspace: string
  readonly channel: string
  readonly threadTs?: string | undefined
  /** Of a reply: the channel shows it as well. */
  readonly isBroadcast?: boolean
}

type SlackCall = Call<SlackRemote>

/** The channels of all workspaces: posts, updates, and finds again what was posted. All throw `DestinationError`. */
export interface Channels {
  workspaceOf(targetName: string, target: SlackTarget): string
  postParent(telling: Telling, place: Place, call: SlackCall): Promise<Effect<SlackRemote>>
  postNote(telling: Telling, place: Place, call: SlackCall): Promise<Effect<SlackRemote>>
  updateParent(telling: Telling, remote: SlackRemote, call: SlackCall): Promise<Effect<SlackRemote>>
  findParent(
    telling: Telling,
    place: Place,
    call: SlackCall,
    intentAt: string,
  ): Promise<Reconciliation<SlackRemote>>
  findNote(
    telling: Telling,
    place: Place,
    call: SlackCall,
    intentAt: string,
  ): Promise<Reconciliation<SlackRemote>>
}

/** A call that nobody answered may still be under way at Slack for so long. */
const settleMs = 2000

/** Channels as Slack lets apps use them: a message a second in each, joined where more wait. */
export function createChannels(
  workspaces: Workspaces,
  options: { readonly now: () => number; readonly maxWaitMs: number; readonly postIntervalMs: number },
): Channels {
  const newestCards = createNewestCards(options.now)
  const posts = createLanes(
    postLanes(workspaces, newestCards, { ...options, spacingMs: options.postIntervalMs }),
  )
  const updates = createLanes(updateLanes(workspaces, newestCards, options))

  return {
    workspaceOf: (targetName, target) => workspaces.nameOf(targetName, target),

    async postParent(telling, place, call) {
      const posted = await post(telling, place, 'parent', call)
      const remote: SlackRemote = {
        workspace: place.workspace,
        channel: posted.channel,
        ts: posted.ts,
        steps: posted.posts.map(({ stepId }) => stepId),
        card: telling.card,
        ...severityOf(telling),
        ...(posted.posts.length > 1 && { joined: posted.posts.flatMap(memberOf) }),
      }
      return { remote, ref: refOf(remote), ...(await proofOf(remote)), ...degradedOf(posted) }
    },

    async postNote(telling, place, call) {
      const posted = await post(telling, place, 'note', call)
      return {
        // In the channel itself if the parent was deleted meanwhile: told all the same.
        ...(await proofOf({ ...posted, workspace: place.workspace })),
        ...degradedOf(posted),
      }
    },

    async updateParent({ step, card }, remote, call) {
      const update = { key: step.alert?.key ?? '', card, remote, call }
      const lane = updates.at(`${remote.workspace} ${refOf(remote)}`)
      // At once: the sooner the outcome is in the ledger, the less another process can leave it out.
      const [updated, proof] = await Promise.all([lane.add(update, call.signal), proofOf(remote)])
      return { remote: { ...remote, card }, ...proof, ...degradedOf(updated) }
    },

    async findParent(telling, place, call, intentAt) {
      const found = await find(telling, place, call, intentAt)
      if (found.kind !== 'message') return found
      const remote = adopted(telling, { ...place, ...found }, call)
      // Updates of the other alerts in the message may have left this one out meanwhile.
      const effect =
        remote.joined === undefined
          ? { remote, ...(await proofOf(remote)) }
          : await this.updateParent(telling, remote, call)
      return { kind: 'found', effect: { ...effect, ref: refOf(remote) } }
    },

    async findNote(telling, place, call, intentAt) {
      const found = await find(telling, place, call, intentAt)
      if (found.kind === 'message')
        return { kind: 'found', effect: await proofOf({ ...place, ts: found.ts }) }
      // A reply whose parent was deleted is in the channel itself.
      return found.kind === 'absent' && place.threadTs !== undefined
        ? this.findNote(telling, { ...place, threadTs: undefined }, call, intentAt)
        : found
    },
  }

  async function post(
    { step, card, mark }: Telling,
    place: Place,
    style: Post['style'],
    { signal }: SlackCall,
  ): Promise<Posted> {
    const { alert } = step
    const isAlone = style === 'parent' && alert?.kind === 'storm'
    const { workspace, channel, threadTs, isBroadcast = false } = place
    const where = { workspace, channel, threadTs, isBroadcast, isAlone }
    return posts
      .at(`${workspace} ${channel}`)
      .add({ ...where, style, stepId: mark, key: alert?.key, card }, signal)
  }

  async function find(
    { mark }: Telling,
    place: Place,
    { signal }: SlackCall,
    intentAt: string,
  ): Promise<
    | { readonly kind: 'message'; readonly ts: string; readonly steps: readonly string[] }
    | Exclude<Reconciliation<SlackRemote>, { readonly kind: 'found' }>
  > {
    const { workspace, channel, threadTs } = place
    const client = workspaces.client(workspace)
    const search = { channel, threadTs, begunAt: intentAt, stepId: mark }
    const found = await findMessage(client, search, signal)
    if (found.kind === 'found') return { ...found, kind: 'message' }
    if (found.kind === 'unreadable') return { kind: 'unknowable', reason: found.reason }
    const settlesInMs = Date.parse(intentAt) + settleMs - options.now()
    return settlesInMs > 0
      ? {
          kind: 'unsettled',
          retryAfterMs: Math.min(settlesInMs, settleMs),
          reason: 'slack_call_unsettled',
        }
      : { kind: 'absent' }
  }

  async function proofOf(message: Place & { readonly ts: string }): Promise<{ readonly proof: string }> {
    return { proof: permalink(await workspaces.urlOf(message.workspace), message) }
  }
}

/** The remote of a message whose posting was not seen to end. */
function adopted(
  { step, card }: Telling,
  { workspace, channel, ts, steps }: Place & { readonly ts: string; readonly steps: readonly string[] },
  call: SlackCall,
): SlackRemote {
  const alone = { workspace, channel, ts, steps, card, ...severityOf({ step }) }
  if (steps.length < 2) return alone
  const others = call.sharing(refOf(alone)).map((alert) => remoteOf(alert)?.joined ?? [])
  const known = others.toSorted((a, b) => b.length - a.length)[0] ?? []
  const key = step.alert?.key ?? ''
  const isKnown = known.some((member) => member.key === key)
  return { ...alone, joined: isKnown ? known : [...known, { key, headline: card.headline }] }
}

function severityOf({ step: { alert } }: Pick<Telling, 'step'>): Pick<SlackRemote, 'severity'> {
  return alert === undefined ? {} : { severity: alert.severity }
}

function memberOf({ key, card }: Post): readonly { readonly key: string; readonly headline: string }[] {
  return key === undefined ? [] : [{ key, headline: card.headline }]
}

function degradedOf({ degraded }: { readonly degraded: readonly string[] }): {
  readonly degraded?: readonly string[]
} {
  return degraded.length === 0 ? {} : { degraded }
}
