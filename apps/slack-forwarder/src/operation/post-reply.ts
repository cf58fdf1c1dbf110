import type { Effect, Operation } from '@complywise/forwarder'
import type { Telling } from '../channels.ts'
import type { SlackRemote } from '../remote.ts'
import { renderMessage } from '../render/message.ts'
import { metadataOf } from '../render/metadata.ts'
import { isGone, placeOf, type Task } from './task.ts'

/** A reply in the thread of the alert's message. Of a storm's progress only what notifies people is worth one. */
export function postReply(task: Task): Operation<SlackRemote> {
  const { step, target, told, toldAfter, channels } = task
  const isProgress = step.action === 'progress'
  const isAside = step.action === 'note' || step.action === 'late'
  // A message that the same step had to post anew is not its reply.
  const mark = `${step.id}:reply`
  const noteAfter = (remote: SlackRemote | undefined): Telling => ({
    step,
    card: toldAfter(remote).reply,
    mark,
  })

  return {
    name: 'post_reply',
    repeat: 'reconcile',
    preview: {
      ...(isProgress && { onlyIf: 'people were not notified of this severity yet' }),
      method: 'chat.postMessage',
      channel: '(channel of the message)',
      thread_ts: '(ts of the message)',
      ...(isProgress && { reply_broadcast: true }),
      ...renderMessage([told.reply], 'note'),
      metadata: metadataOf([mark]),
    },
    async perform(call) {
      const { remote } = call
      const note = noteAfter(remote)
      if (isSaid(remote, note)) return {}
      if (remote === undefined) {
        // Nobody was ever told of what this is late for.
        if (target === undefined || step.action === 'late') return {}
        return channels.postNote(note, placeOf(task, target), call)
      }
      const { workspace, channel, ts: threadTs } = remote
      try {
        const place = { workspace, channel, threadTs, isBroadcast: isProgress }
        return withSeverity(await channels.postNote(note, place, call), remote)
      } catch (error) {
        if (!isGone(error)) throw error
        return withSeverity(await channels.postNote(note, { workspace, channel }, call), remote)
      }
    },
    async reconcile(call, intentAt) {
      const { remote } = call
      const note = noteAfter(remote)
      if (isSaid(remote, note)) return { kind: 'absent' }
      if (remote !== undefined) {
        const { workspace, channel, ts: threadTs } = remote
        const found = await channels.findNote(note, { workspace, channel, threadTs }, call, intentAt)
        return found.kind === 'found' ? { ...found, effect: withSeverity(found.effect, remote) } : found
      }
      if (target === undefined) return { kind: 'absent' }
      return channels.findNote(note, placeOf(task, target), call, intentAt)
    },
  }

  /** The message was posted by this very step and says it all, or the storm is as bad as everybody knows. */
  function isSaid(remote: SlackRemote | undefined, { card }: Telling): boolean {
    if (remote?.steps.includes(step.id) === true && !isAside) return true
    return isProgress && card.mentions === undefined
  }

  function withSeverity(effect: Effect<SlackRemote>, remote: SlackRemote): Effect<SlackRemote> {
    const { alert } = step
    return isAside || alert === undefined
      ? effect
      : { ...effect, remote: { ...remote, severity: alert.severity } }
  }
}
