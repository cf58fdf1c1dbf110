import { DestinationError, type Step } from '@complywise/forwarder'
import type { Channels, Place } from '../channels.ts'
import type { SlackTarget } from '../config.ts'
import type { SlackRemote } from '../remote.ts'
import type { Told } from '../tell.ts'

/** A step that is to be told, and where. */
export interface Task {
  readonly step: Step
  readonly target: SlackTarget | undefined
  /** As it follows from the step alone. */
  readonly told: Told
  /** As it follows from what people were told before. */
  readonly toldAfter: (remote: SlackRemote | undefined) => Told
  readonly channels: Channels
}

/** Where the target is told of what is new. */
export function placeOf({ step, channels }: Task, target: SlackTarget): Place {
  return { workspace: channels.workspaceOf(step.target, target), channel: target.channel }
}

/** Whether the error says that a message is not there any more, or not ours. */
export function isGone(error: unknown): boolean {
  return (
    error instanceof DestinationError &&
    /^slack_(?:message_not_found|thread_not_found|cant_update_message|edit_window_closed)$/.test(error.code)
  )
}
