import type { Operation, Settings, Step } from '@complywise/forwarder'
import { DestinationError } from '@complywise/forwarder'
import type { Channels, Place } from './channels.ts'
import type { SlackTarget } from './config.ts'
import { postRequest } from './post/post.ts'
import type { SlackRemote } from './remote.ts'
import { renderMessage } from './render/message.ts'
import { metadataOf } from './render/metadata.ts'
import { type Told, tell } from './tell.ts'

/** What a step takes in Slack; pure until it is performed. */
export function operationsOf(
  step: Step,
  target: SlackTarget | undefined,
  { settings, channels }: { readonly settings: Settings; readonly channels: Channels },
): readonly Operation<SlackRemote>[] {
  const telling: Telling = { step, target, told: tell(step, target, settings), channels }
  switch (step.action) {
    case 'open':
      return target === undefined ? [] : [postParent(telling, target)]
    case 'announce':
      return target === undefined ? [] : [postNote(telling, target)]
    case 'progress':
      return [updateParent(telling)]
    case 'note':
    case 'late':
      return [postReply(telling)]
    default:
      return [updateParent(telling), postReply(telling)]
  }
}

interface Telling {
  readonly step: Step
  readonly target: SlackTarget | undefined
  readonly told: Told
  readonly channels: Channels
}

function postParent({ step, told, channels }: Telling, target: SlackTarget): Operation<SlackRemote> {
  const parent = { step, card: told.parent }
  return {
    name: 'post_message',
    repeat: 'reconcile',
    preview: previewOfPost(step, target, told),
    perform: async (call) => channels.postParent(parent, placeOf(step, target, channels), call),
    reconcile: async (call, intentAt) =>
      channels.findParent(parent, placeOf(step, target, channels), call, intentAt),
  }
}

function postNote({ step, told, channels }: Telling, target: SlackTarget): Operation<SlackRemote> {
  const note = { step, card: told.reply }
  return {
    name: 'post_message',
    repeat: 'reconcile',
    preview: previewOfPost(step, target, told),
    perform: async (call) => channels.postNote(note, placeOf(step, target, channels), call),
    reconcile: async (call, intentAt) =>
      channels.findNote(note, placeOf(step, target, channels), call, intentAt),
  }
}

/** Posts the message anew if there is none, or none any more; then it notifies as the reply would have. */
function updateParent({ step, target, told, channels }: Telling): Operation<SlackRemote> {
  const parent = { step, card: told.parent }
  const anew = { step, card: { ...told.parent, mentions: told.reply.mentions ?? [] } }
  return {
    name: 'update_message',
    repeat: 'reconcile',
    preview: {
      method: 'chat.update',
      channel: '(channel of the message)',
      ts: '(ts of the message)',
      ...renderMessage([told.parent], 'parent'),
    },
    async perform(call) {
      const { remote } = call
      if (remote === undefined) {
        // The target is gone, and nobody was told of what this changes.
        if (target === undefined) return {}
        return channels.postParent(anew, placeOf(step, target, channels), call)
      }
      try {
        return await channels.updateParent(parent, remote, call)
      } catch (error) {
        if (!isGone(error)) throw error
        const place = target === undefined ? remote : placeOf(step, target, channels)
        return channels.postParent(anew, place, call)
      }
    },
    async reconcile(call, intentAt) {
      // Updating twice is as good as once.
      if (call.remote !== undefined || target === undefined) return { kind: 'absent' }
      return channels.findParent(anew, placeOf(step, target, channels), call, intentAt)
    },
  }
}

function postReply({ step, target, told, channels }: Telling): Operation<SlackRemote> {
  const note = { step, card: told.reply }
  return {
    name: 'post_reply',
    repeat: 'reconcile',
    preview: {
      method: 'chat.postMessage',
      channel: '(channel of the message)',
      thread_ts: '(ts of the message)',
      ...renderMessage([told.reply], 'note'),
      metadata: metadataOf([step.id]),
    },
    async perform(call) {
      const { remote } = call
      // The message was posted by this very step and says it all; or nobody was ever told of what this is late for.
      if (remote?.steps.includes(step.id)) return {}
      if (remote === undefined) {
        if (target === undefined || step.action === 'late') return {}
        return channels.postNote(note, placeOf(step, target, channels), call)
      }
      try {
        return await channels.postNote(note, { ...remote, threadTs: remote.ts }, call)
      } catch (error) {
        if (!isGone(error)) throw error
        return channels.postNote(note, remote, call)
      }
    },
    async reconcile(call, intentAt) {
      const { remote } = call
      if (remote !== undefined) {
        return channels.findNote(note, { ...remote, threadTs: remote.ts }, call, intentAt)
      }
      if (target === undefined) return { kind: 'absent' }
      return channels.findNote(note, placeOf(step, target, channels), call, intentAt)
    },
  }
}

function placeOf(step: Step, target: SlackTarget, channels: Channels): Place {
  return { workspace: channels.workspaceOf(step.target, target), channel: target.channel }
}

function previewOfPost(step: Step, target: SlackTarget, told: Told): unknown {
  const isNote = step.action === 'announce'
  return {
    method: 'chat.postMessage',
    ...postRequest([
      {
        workspace: '',
        channel: target.channel,
        style: isNote ? 'note' : 'parent',
        stepId: step.id,
        key: undefined,
        card: isNote ? told.reply : told.parent,
      },
    ]),
  }
}

function isGone(error: unknown): boolean {
  return (
    error instanceof DestinationError &&
    /^slack_(?:message_not_found|thread_not_found|cant_update_message|edit_window_closed)$/.test(error.code)
  )
}
