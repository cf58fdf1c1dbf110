import { type FakeSlack, type SlackParent, startFakeSlack } from '@complywise/destination-fakes'
import type { Destination, DestinationOptions, Held } from './destination.ts'
import { findHeadlines } from './slack-headlines.ts'

const token = 'xoxb-trial'
const channel = 'C0TRIAL'

/** Slack with one channel. */
export async function startSlack({
  now,
  limitsRates = false,
}: DestinationOptions): Promise<Destination & { readonly fake: FakeSlack }> {
  const fake = await startFakeSlack({
    ...(now !== undefined && { now }),
    ...(limitsRates ? {} : { limits: false as const }),
    tokens: [{ token }],
    channels: [{ id: channel, name: 'trial' }],
  })
  const parents = (): readonly SlackParent[] => fake.channel(channel).messages
  const everything = () => parents().flatMap((parent) => [parent, ...parent.replies])

  return {
    app: 'slack',
    fake,
    sections: {
      slack: { token, api_url: fake.apiUrl, post_interval: limitsRates ? '1s' : '20ms' },
      targets: { trial: { channel } },
    },
    simple: { SLACK_TOKEN: token, SLACK_CHANNEL: channel, SLACK_API_URL: fake.apiUrl },
    environment: {},
    conditions(keys) {
      const held = new Map<string, Held>()
      const seen = parents().map(({ text }) => findHeadlines(text))
      for (const key of keys) {
        const states = seen.flatMap((headlines) => headlines.get(key) ?? [])
        const open = states.filter((state) => state === 'open').length
        held.set(key, { open, closed: states.length - open })
      }
      return held
    },
    stepsNamed: () =>
      everything().flatMap(({ metadata }) => {
        const steps = metadata?.event_payload['steps']
        // A reply names its step with what it is.
        return typeof steps === 'string' ? steps.split(' ').map((step) => step.replace(/:reply$/, '')) : []
      }),
    summary: () =>
      parents().flatMap(({ text, replies }) => [
        firstLine(text),
        ...replies.map((reply) => `    ↳ ${firstLine(reply.text)}`),
      ]),
    texts: () => everything().map(({ text }) => text),
  }
}

function firstLine(text: string): string {
  return text.slice(0, text.includes('\n') ? text.indexOf('\n') : undefined)
}
