/** A token of a bot, as tests set it up. */
export interface SlackTokenSetup {
  readonly token: string
  /** Default `T0COMPLY`. Tokens of one team share its channels and, unless `botId` says otherwise, its bot. */
  readonly teamId?: string
  /** Default `B0` and the rest of the team's id. */
  readonly botId?: string
  /** Default: all that the fake knows. */
  readonly scopes?: readonly string[]
}

/** A channel, as tests set it up. */
export interface SlackChannelSetup {
  readonly id: string
  readonly name: string
  /** Default `T0COMPLY`. */
  readonly teamId?: string
  readonly isPrivate?: boolean
  readonly isArchived?: boolean
  /** Whether the bots of the team are in it; default true. */
  readonly isMember?: boolean
}

/** A message as the channel shows it. */
export interface SlackMessage {
  /** Unique in the channel; seconds and microseconds of the clock of the fake. */
  readonly ts: string
  readonly channel: string
  readonly user: string
  readonly botId: string
  readonly text: string
  readonly blocks: readonly unknown[]
  readonly attachments: readonly unknown[]
  readonly metadata: SlackMetadata | undefined
  readonly clientMsgId: string | undefined
  /** The parent's `ts`, of a reply. */
  readonly threadTs: string | undefined
  readonly replyBroadcast: boolean
  /** How often `chat.update` changed it. */
  readonly edits: number
  /** Whether people see the word "edited": only messages without blocks show it. */
  readonly edited: { readonly user: string; readonly ts: string } | undefined
  /** Whether Slack cut the text. */
  readonly truncated: boolean
}

/** What an app attaches to a message for itself. */
export interface SlackMetadata {
  readonly event_type: string
  readonly event_payload: Readonly<Record<string, string | number | boolean>>
}

/** A message of the channel itself, with the replies in its thread, oldest first. */
export interface SlackParent extends SlackMessage {
  readonly replies: readonly SlackMessage[]
}

/** What the fake knows of a token. */
export interface SlackToken {
  readonly token: string
  readonly teamId: string
  readonly botId: string
  readonly userId: string
  scopes: readonly string[]
  revoked: boolean
}

/** What the fake knows of a channel. */
export interface SlackChannel {
  readonly id: string
  readonly name: string
  readonly teamId: string
  readonly isPrivate: boolean
  isArchived: boolean
  isMember: boolean
  /** All messages, replies too, oldest first. */
  readonly messages: SlackMessage[]
  /** The position of each `ts` in `messages`. */
  readonly positions: Map<string, number>
  /** The `ts` of every message that was deleted without a trace. */
  readonly deleted: Set<string>
}

/** Every scope that the methods of the fake ask for. */
const slackScopes: readonly string[] = [
  'chat:write',
  'chat:write.public',
  'channels:read',
  'groups:read',
  'channels:history',
  'groups:history',
  'channels:join',
]

const defaultTeam = 'T0COMPLY'

/** A token ready for use. */
export function createToken(setup: SlackTokenSetup): SlackToken {
  const teamId = setup.teamId ?? defaultTeam
  const botId = setup.botId ?? `B0${teamId.slice(2)}`
  return {
    token: setup.token,
    teamId,
    botId,
    userId: `U${botId.slice(1)}`,
    scopes: setup.scopes ?? slackScopes,
    revoked: false,
  }
}

/** An empty channel. */
export function createChannel(setup: SlackChannelSetup): SlackChannel {
  return {
    id: setup.id,
    name: setup.name,
    teamId: setup.teamId ?? defaultTeam,
    isPrivate: setup.isPrivate ?? false,
    isArchived: setup.isArchived ?? false,
    isMember: setup.isMember ?? true,
    messages: [],
    positions: new Map(),
    deleted: new Set(),
  }
}

/** Adds a message written at `at` (milliseconds) under a `ts` of its own, and returns it. */
export function addMessage(
  channel: SlackChannel,
  at: number,
  message: Omit<SlackMessage, 'ts' | 'channel'>,
): SlackMessage {
  const last = channel.messages.at(-1)
  const micros = Math.max(Math.floor(at * 1000), last === undefined ? 0 : microsOf(last.ts) + 1)
  const added = { ...message, ts: tsOf(micros), channel: channel.id }
  channel.positions.set(added.ts, channel.messages.length)
  channel.messages.push(added)
  return added
}

/** The message with this `ts`. */
export function messageAt(channel: SlackChannel, ts: string): SlackMessage | undefined {
  const position = channel.positions.get(ts)
  return position === undefined ? undefined : channel.messages[position]
}

/** Puts `message` in the place of the one with its `ts`. */
export function replaceMessage(channel: SlackChannel, message: SlackMessage): void {
  const position = channel.positions.get(message.ts)
  if (position !== undefined) channel.messages[position] = message
}

/** Takes a message away. One with replies leaves a tombstone, which carries its thread on. */
export function deleteMessage(channel: SlackChannel, message: SlackMessage): void {
  if (channel.messages.some(({ threadTs }) => threadTs === message.ts)) {
    replaceMessage(channel, { ...message, ...tombstone })
    return
  }
  channel.deleted.add(message.ts)
  channel.messages.splice(channel.messages.indexOf(message), 1)
  channel.positions.clear()
  for (const [position, { ts }] of channel.messages.entries()) channel.positions.set(ts, position)
}

const tombstone = {
  user: 'USLACKBOT',
  botId: '',
  text: 'This message was deleted.',
  blocks: [],
  attachments: [],
  metadata: undefined,
  clientMsgId: undefined,
}

/** The messages of the channel itself, each with its thread. */
export function parentsOf(channel: SlackChannel): readonly SlackParent[] {
  const threads = Map.groupBy(channel.messages, ({ threadTs }) => threadTs)
  return (threads.get(undefined) ?? []).map((parent) => ({
    ...parent,
    replies: threads.get(parent.ts) ?? [],
  }))
}

/** The microseconds since 1970 that a `ts` stands for; NaN when it is none. */
export function microsOf(ts: string): number {
  return /^\d+(\.\d{1,6})?$/.test(ts) ? Math.round(Number(ts) * 1e6) : Number.NaN
}

function tsOf(micros: number): string {
  return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`
}
