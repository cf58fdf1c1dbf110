import { type MethodArguments, requiredString } from '../method-arguments.ts'
import { SlackProblem } from '../slack-problem.ts'
import type { SlackState } from '../slack-state.ts'
import type { SlackChannel, SlackToken } from '../workspace.ts'

/** A call whose token is good. */
export interface MethodCall {
  readonly args: MethodArguments
  readonly token: SlackToken
  readonly state: SlackState
}

/** Does what was asked and returns the answer without its `ok`; throws `SlackProblem` or `SlackRateLimited`. */
export type Method = (call: MethodCall) => Readonly<Record<string, unknown>>

/** Throws `missing_scope` when the token lacks `scope`. */
export function needScope({ token }: MethodCall, scope: string): void {
  if (token.scopes.includes(scope)) return
  throw new SlackProblem('missing_scope', { needed: scope, provided: token.scopes.join(',') })
}

/** The channel that an argument names by id; one that the bot cannot see does not exist. */
export function channelById(call: MethodCall, id = requiredString(call.args, 'channel')): SlackChannel {
  const channel = call.state.channels.get(id)
  if (channel === undefined || channel.teamId !== call.token.teamId || hidden(channel)) {
    throw new SlackProblem('channel_not_found')
  }
  return channel
}

/** The channel that is read: the bot is in it and the token has the scope of its kind. */
export function readableChannel(call: MethodCall, what: 'history' | 'read'): SlackChannel {
  const id = requiredString(call.args, 'channel')
  // A token that may read neither kind is told before it learns whether the channel exists.
  const kinds = ['channels', 'groups'].filter((kind) => call.token.scopes.includes(`${kind}:${what}`))
  if (kinds.length === 0) needScope(call, `channels:${what}`)
  const channel = channelById(call, id)
  needScope(call, `${channel.isPrivate ? 'groups' : 'channels'}:${what}`)
  if (what === 'history' && !channel.isMember) throw new SlackProblem('not_in_channel')
  return channel
}

function hidden(channel: SlackChannel): boolean {
  return channel.isPrivate && !channel.isMember
}
