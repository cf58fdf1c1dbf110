import type { Operation, Settings, Step } from '@complywise/forwarder'
import type { Channels } from './channels.ts'
import type { SlackTarget } from './config.ts'
import { keepParent, updateParent } from './operation/change-parent.ts'
import { postNote, postParent } from './operation/post-new.ts'
import { postReply } from './operation/post-reply.ts'
import type { Task } from './operation/task.ts'
import type { SlackRemote } from './remote.ts'
import { tell } from './tell.ts'

/** What a step takes in Slack; pure until it is performed. */
export function operationsOf(
  step: Step,
  target: SlackTarget | undefined,
  { settings, channels }: { readonly settings: Settings; readonly channels: Channels },
): readonly Operation<SlackRemote>[] {
  const task: Task = {
    step,
    target,
    told: tell(step, target, settings),
    toldAfter: (remote) => tell(step, target, settings, remote?.severity),
    channels,
  }
  switch (step.action) {
    case 'open':
      return target === undefined ? [] : [postParent(task, target)]
    case 'announce':
      return target === undefined ? [] : [postNote(task, target)]
    case 'progress': {
      // Only the ledger knows what people were told last: a step that the next one says all of is left out.
      const mayNotify = tell(step, target, settings, 'info').reply.mentions !== undefined
      return mayNotify ? [updateParent(task), postReply(task)] : [updateParent(task)]
    }
    case 'note':
    case 'late':
      return step.alert?.state === 'open' ? [keepParent(task), postReply(task)] : [postReply(task)]
    default:
      return [updateParent(task), postReply(task)]
  }
}
