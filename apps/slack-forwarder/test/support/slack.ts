import { type FakeSlack, type FakeSlackOptions, startFakeSlack } from '@complywise/destination-fakes'
import type { Destination } from '@complywise/forwarder'
import { onTestFinished } from 'vitest'
import type { SlackTarget } from '../../src/config.ts'
import { connectSlack } from '../../src/destination.ts'
import type { SlackRemote } from '../../src/remote.ts'
import { settings } from './steps.ts'
import { createTeller, type Teller } from './teller.ts'

/** A Slack that holds one channel, and a destination that tells it. */
export interface SlackUnderTest {
  readonly slack: FakeSlack
  readonly destination: Destination<SlackTarget, SlackRemote>
  readonly teller: Teller
}

/** The token and the target that tests use unless they say otherwise. */
export const token = 'xoxb-test-token'
export const alerts: SlackTarget = {
  channel: 'C0ALERTS',
  mentions: [{ kind: 'group', id: 'S0IAM' }],
  mentionFrom: 'error',
}

/** Starts both; they end with the test. */
export async function startSlack(
  options: FakeSlackOptions = {},
  configured: {
    readonly targets?: Readonly<Record<string, SlackTarget>>
    readonly deadlineMs?: number
    readonly postIntervalMs?: number
    readonly apiUrl?: string
  } = {},
): Promise<SlackUnderTest> {
  const slack = await startFakeSlack({
    tokens: [{ token }],
    channels: [{ id: 'C0ALERTS', name: 'alerts' }],
    limits: false,
    ...options,
  })
  const targets = configured.targets ?? { alerts }
  const destination = connectSlack(
    {
      settings: { ...settings, deadlineMs: configured.deadlineMs ?? settings.deadlineMs },
      targets,
      options: {
        apiUrl: configured.apiUrl ?? slack.apiUrl,
        token,
        workspaces: {},
        postIntervalMs: configured.postIntervalMs ?? 0,
      },
    },
    { now: Date.now },
  )
  onTestFinished(async () => {
    await destination.close()
    await slack.close()
  })
  return { slack, destination, teller: createTeller(destination, targets) }
}

/** What people see of a message: its headings and its text, without blocks' structure. */
export function headings(message: { readonly blocks: readonly unknown[] } | undefined): readonly string[] {
  return (message?.blocks ?? []).flatMap((block) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The fake has checked the block.
    const { type, text } = block as { readonly type: string; readonly text?: { readonly text: string } }
    return type === 'header' && text !== undefined ? [text.text] : []
  })
}
