import { requiredString } from '../method-arguments.ts'
import { SlackProblem } from '../slack-problem.ts'
import { messageAt } from '../workspace.ts'
import { workspaceUrl } from './auth-test.ts'
import { channelById, type Method } from './method.ts'

/** `chat.getPermalink`, which needs no scope. */
export const getPermalink: Method = (call) => {
  const channel = channelById(call)
  const message = messageAt(channel, requiredString(call.args, 'message_ts'))
  if (message === undefined) throw new SlackProblem('message_not_found')
  const path = `archives/${channel.id}/p${message.ts.replace('.', '')}`
  const thread = message.threadTs === undefined ? '' : `?thread_ts=${message.threadTs}&cid=${channel.id}`
  return { channel: channel.id, permalink: `${workspaceUrl(channel.teamId)}${path}${thread}` }
}
