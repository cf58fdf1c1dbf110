import type { Call, Effect, Operation, Reconciliation } from '@complywise/forwarder'
import type { Place, Telling } from '../channels.ts'
import type { SlackRemote } from '../remote.ts'
import type { Card } from '../render/card.ts'
import { renderMessage } from '../render/message.ts'
import { isGone, placeOf, type Task } from './task.ts'

/** Posts the message anew if there is none, or none any more; then it notifies as the reply would have. */
export function updateParent(task: Task): Operation<SlackRemote> {
  const { step, target, told, toldAfter, channels } = task
  const anew = (remote: SlackRemote | undefined): Telling => ({
    step,
    card: { ...told.parent, mentions: toldAfter(remote).reply.mentions ?? [] },
    mark: step.id,
  })
  return {
    name: 'update_message',
    repeat: 'reconcile',
    preview: previewOf(told.parent),
    async perform(call) {
      const { remote } = call
      if (remote === undefined) {
        // The target is gone, and nobody was told of what this changes.
        if (target === undefined) return {}
        return channels.postParent(anew(remote), placeOf(task, target), call)
      }
      return isElsewhere(task, remote)
        ? channels.postParent(anew(remote), newPlace(task, remote), call)
        : updateOrPost(task, { step, card: told.parent, mark: step.id }, anew(remote), remote, call)
    },
    reconcile: async (call, intentAt) => findNew(task, anew(call.remote), call, intentAt),
  }
}

/**
 * Makes sure that what is open has a message before something is said in its thread: Slack posts replies to a deleted one
 * anywhere. The message itself changes only if it is about a score, which the reply says anew.
 */
export function keepParent(task: Task): Operation<SlackRemote> {
  const { step, told } = task
  const kept = (remote: SlackRemote): Telling => ({
    step,
    card: newestCard(task, remote.card),
    mark: step.id,
  })
  // Whoever deleted it has seen it: nobody is notified again.
  const anew = (remote: SlackRemote): Telling => ({
    ...kept(remote),
    card: { ...kept(remote).card, mentions: [] },
  })
  return {
    name: 'update_message',
    repeat: 'reconcile',
    preview: changesParent(task) ? previewOf(told.parent) : { ...previewOf(told.parent), ...unchanged },
    async perform(call) {
      const { remote } = call
      return remote === undefined ? {} : updateOrPost(task, kept(remote), anew(remote), remote, call)
    },
    async reconcile(call, intentAt) {
      const { remote } = call
      return remote === undefined ? { kind: 'absent' } : findNew(task, anew(remote), call, intentAt)
    },
  }
}

async function updateOrPost(
  task: Task,
  update: Telling,
  anew: Telling,
  remote: SlackRemote,
  call: Call<SlackRemote>,
): Promise<Effect<SlackRemote>> {
  try {
    return await task.channels.updateParent(update, remote, call)
  } catch (error) {
    if (!isGone(error)) throw error
    return task.channels.postParent(anew, newPlace(task, remote), call)
  }
}

/** Looks for a message that was posted instead of an update. */
async function findNew(
  task: Task,
  anew: Telling,
  call: Call<SlackRemote>,
  intentAt: string,
): Promise<Reconciliation<SlackRemote>> {
  const { remote } = call
  const place = newPlace(task, remote)
  if (place === undefined) return { kind: 'absent' }
  const found = await task.channels.findParent(anew, place, call, intentAt)
  // Updating twice is as good as once, and a message that had to be posted anew is rare.
  return found.kind === 'unknowable' && remote !== undefined && !isElsewhere(task, remote)
    ? { kind: 'absent' }
    : found
}

function newPlace(task: Task, remote: SlackRemote): Place
function newPlace(task: Task, remote: SlackRemote | undefined): Place | undefined
function newPlace(task: Task, remote: SlackRemote | undefined): Place | undefined {
  return task.target === undefined ? remote : placeOf(task, task.target)
}

/** What is open stays where it was told; what fails anew belongs where the configuration says. */
function isElsewhere(task: Task, remote: SlackRemote): boolean {
  const place = newPlace(task, remote)
  return (
    task.step.action === 'reopen' &&
    (place.channel !== remote.channel || place.workspace !== remote.workspace)
  )
}

function changesParent({ step }: Task): boolean {
  return step.action === 'note' && step.facts.kind === 'score_changed'
}

/** Notes may come in any order. */
function newestCard(task: Task, known: Card): Card {
  const at = new Date(task.step.event.timestamp).toISOString()
  return changesParent(task) && at >= (known.at ?? '') ? { ...task.told.parent, at } : known
}

function previewOf(card: Card): Readonly<Record<string, unknown>> {
  return {
    method: 'chat.update',
    channel: '(channel of the message)',
    ts: '(ts of the message)',
    ...renderMessage([card], 'parent'),
  }
}

const unchanged = { text: '(as it is)', blocks: '(as they are)' }
