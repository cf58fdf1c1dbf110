import type { Operation } from '@complywise/forwarder'
import type { SlackTarget } from '../config.ts'
import { postRequest } from '../post/post.ts'
import type { SlackRemote } from '../remote.ts'
import type { Card } from '../render/card.ts'
import type { Style } from '../render/message.ts'
import { placeOf, type Task } from './task.ts'

/** The message of an alert that opens. */
export function postParent(task: Task, target: SlackTarget): Operation<SlackRemote> {
  const { step, told, channels } = task
  const parent = { step, card: told.parent, mark: step.id }
  return {
    name: 'post_message',
    repeat: 'reconcile',
    preview: previewOf(task, target, told.parent, 'parent'),
    perform: async (call) => channels.postParent(parent, placeOf(task, target), call),
    reconcile: async (call, intentAt) => channels.findParent(parent, placeOf(task, target), call, intentAt),
  }
}

/** A message of its own for news without an alert. */
export function postNote(task: Task, target: SlackTarget): Operation<SlackRemote> {
  const { step, told, channels } = task
  const note = { step, card: told.reply, mark: step.id }
  return {
    name: 'post_message',
    repeat: 'reconcile',
    preview: previewOf(task, target, told.reply, 'note'),
    perform: async (call) => channels.postNote(note, placeOf(task, target), call),
    reconcile: async (call, intentAt) => channels.findNote(note, placeOf(task, target), call, intentAt),
  }
}

function previewOf({ step }: Task, { channel }: SlackTarget, card: Card, style: Style): unknown {
  return {
    method: 'chat.postMessage',
    ...postRequest([{ workspace: '', channel, style, stepId: step.id, key: undefined, card }]),
  }
}
