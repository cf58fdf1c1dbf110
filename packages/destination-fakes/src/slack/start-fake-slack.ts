import type { FakeServer } from '../http/fake-server.ts'
import { startFakeServer } from '../http/start-fake-server.ts'
import { slackService } from './slack-service.ts'
import { createState, type SlackPing, type SlackSetup } from './slack-state.ts'
import { addMessage, deleteMessage, messageAt, parentsOf } from './workspace.ts'
import type { SlackChannel, SlackMessage, SlackParent, SlackToken } from './workspace.ts'

/** Where the fake listens and what it holds at the start. */
export interface FakeSlackOptions extends SlackSetup {
  /** Default 0: any free port. */
  readonly port?: number
  /** Default 127.0.0.1. */
  readonly host?: string
}

/** What a channel holds now. */
export interface FakeSlackChannel {
  readonly name: string
  /** The messages of the channel itself, oldest first, each with its replies. */
  readonly messages: readonly SlackParent[]
}

/** Slack, for tests. Methods that name an unknown token or channel throw. */
export interface FakeSlack extends FakeServer {
  /** For `slackApiUrl` of the SDK. */
  readonly apiUrl: string
  /** Everyone that a post or an update would have notified, in order. */
  readonly pings: readonly SlackPing[]
  channel(id: string): FakeSlackChannel
  /** Writes as a person would; apps may not change such a message. */
  postAsUser(channelId: string, text: string): SlackMessage
  /** Deletes as a person would. One with replies leaves a tombstone above them. Throws when there is no such message. */
  deleteByHand(channelId: string, ts: string): void
  revokeToken(token: string): void
  /** Takes a revocation back. */
  restoreToken(token: string): void
  removeScope(token: string, scope: string): void
  addScope(token: string, scope: string): void
  archive(channelId: string): void
  unarchive(channelId: string): void
  /** Takes the bots of the team out of the channel. */
  removeFrom(channelId: string): void
  inviteTo(channelId: string): void
}

/** Starts Slack. The clock `now` decides over timestamps and rates. */
export async function startFakeSlack(options: FakeSlackOptions = {}): Promise<FakeSlack> {
  const state = createState(options)
  const server = await startFakeServer(slackService(state), options)
  const channel = (id: string): SlackChannel => known(state.channels, id, 'channel')
  const token = (name: string): SlackToken => known(state.tokens, name, 'token')
  return {
    ...server,
    apiUrl: `${server.url}/api/`,
    pings: state.pings,
    channel: (id) => ({ name: channel(id).name, messages: parentsOf(channel(id)) }),
    postAsUser: (id, text) => addMessage(channel(id), state.now(), { ...writtenByPerson, text }),
    deleteByHand(id, ts) {
      const message = messageAt(channel(id), ts)
      if (message === undefined) throw new Error(`the fake Slack has no message ${ts} in ${id}`)
      deleteMessage(channel(id), message)
    },
    revokeToken(name) {
      token(name).revoked = true
    },
    restoreToken(name) {
      token(name).revoked = false
    },
    removeScope(name, scope) {
      token(name).scopes = token(name).scopes.filter((held) => held !== scope)
    },
    addScope(name, scope) {
      token(name).scopes = [...token(name).scopes, scope]
    },
    archive(id) {
      channel(id).isArchived = true
    },
    unarchive(id) {
      channel(id).isArchived = false
    },
    removeFrom(id) {
      channel(id).isMember = false
    },
    inviteTo(id) {
      channel(id).isMember = true
    },
  }
}

const writtenByPerson = {
  user: 'U0PERSON',
  botId: '',
  blocks: [],
  attachments: [],
  metadata: undefined,
  clientMsgId: undefined,
  threadTs: undefined,
  replyBroadcast: false,
  edits: 0,
  edited: undefined,
  truncated: false,
}

function known<T>(entries: ReadonlyMap<string, T>, id: string, what: string): T {
  const entry = entries.get(id)
  if (entry === undefined) throw new Error(`the fake Slack has no ${what} ${id}: give it to startFakeSlack`)
  return entry
}
