import { type RateLimit, tokenBucket } from '../http/rate-limit.ts'
import { type SlackRates, slackRates } from './limits.ts'
import type { SlackMention } from './mentions.ts'
import { SlackRateLimited } from './slack-problem.ts'
import { createChannel, createToken } from './workspace.ts'
import type { SlackChannel, SlackChannelSetup, SlackToken, SlackTokenSetup } from './workspace.ts'

/** A message that made Slack notify somebody. */
export interface SlackPing extends SlackMention {
  readonly channel: string
  readonly ts: string
  readonly via: 'chat.postMessage' | 'chat.update'
}

/** Everything the fake holds. */
export interface SlackState {
  readonly now: () => number
  readonly tokens: ReadonlyMap<string, SlackToken>
  readonly channels: Map<string, SlackChannel>
  readonly pings: SlackPing[]
  readonly dedupesClientMsgId: boolean
  readonly repliesToDeleted: 'top-level' | 'refused'
  /** Counts a request against a rate; throws `SlackRateLimited` when there were too many. */
  spend(rate: RateName, key: string): void
}

/** The rates that are counted; history and replies share a tier and not a count. */
export type RateName = 'postMessage' | 'update' | 'history' | 'replies'

/** What tests may set up. */
export interface SlackSetup {
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number
  /** Rates other than Slack's own, or `false` for none. */
  readonly limits?: Partial<SlackRates> | false
  /** Default one: `xoxb-fake`. */
  readonly tokens?: readonly SlackTokenSetup[]
  /** Default one: `C0ALERTS`, named `alerts`. */
  readonly channels?: readonly SlackChannelSetup[]
  /**
   * Whether a second post with the `client_msg_id` of an earlier one in the channel is answered with that one and posts
   * nothing. Default false: Slack does not promise it.
   */
  readonly dedupesClientMsgId?: boolean
  /**
   * What becomes of a reply to a message that was deleted: posted in the channel itself, which only the missing `thread_ts`
   * of the answer tells, as Slack does; or refused with `thread_not_found`. Default `top-level`.
   */
  readonly repliesToDeleted?: 'top-level' | 'refused'
}

/** A workspace in which nothing was posted yet. */
export function createState(setup: SlackSetup): SlackState {
  const now = setup.now ?? Date.now
  const tokens = (setup.tokens ?? [{ token: 'xoxb-fake' }]).map(createToken)
  const channels = (setup.channels ?? [{ id: 'C0ALERTS', name: 'alerts' }]).map(createChannel)
  const limits = setup.limits === false ? undefined : createLimits({ ...slackRates, ...setup.limits })
  return {
    now,
    tokens: new Map(tokens.map((token) => [token.token, token])),
    channels: new Map(channels.map((channel) => [channel.id, channel])),
    pings: [],
    dedupesClientMsgId: setup.dedupesClientMsgId ?? false,
    repliesToDeleted: setup.repliesToDeleted ?? 'top-level',
    spend(rate, key) {
      const waitMs = limits?.[rate].take(key, now()) ?? 0
      if (waitMs > 0) throw new SlackRateLimited(waitMs)
    },
  }
}

function createLimits(rates: SlackRates): Readonly<Record<RateName, RateLimit>> {
  return {
    postMessage: tokenBucket(rates.postMessage),
    update: tokenBucket(rates.update),
    history: tokenBucket(rates.history),
    replies: tokenBucket(rates.history),
  }
}
