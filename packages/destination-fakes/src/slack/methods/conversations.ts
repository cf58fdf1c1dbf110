import { SlackProblem } from '../slack-problem.ts'
import type { SlackChannel } from '../workspace.ts'
import { channelById, type Method, needScope, readableChannel } from './method.ts'

/** `conversations.info` */
export const info: Method = (call) => ({ channel: channelJson(readableChannel(call, 'read')) })

/** `conversations.join`, of public channels. */
export const join: Method = (call) => {
  needScope(call, 'channels:join')
  const channel = channelById(call)
  if (channel.isArchived) throw new SlackProblem('is_archived')
  if (channel.isPrivate) throw new SlackProblem('method_not_supported_for_channel_type')
  channel.isMember = true
  return { channel: channelJson(channel) }
}

function channelJson(channel: SlackChannel): Readonly<Record<string, unknown>> {
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: !channel.isPrivate,
    is_group: channel.isPrivate,
    is_im: false,
    is_mpim: false,
    is_private: channel.isPrivate,
    is_archived: channel.isArchived,
    is_member: channel.isMember,
    context_team_id: channel.teamId,
  }
}
