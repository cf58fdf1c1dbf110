import type { AppConfig, Destination } from '@complywise/forwarder'
import { EnvHttpProxyAgent } from 'undici'
import { createChannels } from './channels.ts'
import { checkSlack } from './check-slack.ts'
import type { SlackOptions, SlackTarget } from './config.ts'
import { operationsOf } from './operations.ts'
import type { SlackRemote } from './remote.ts'
import { createWorkspaces } from './workspaces.ts'

/** Slack as a destination; calls nothing until an operation is performed. Proxies are those of `HTTPS_PROXY` and its kin. */
export function connectSlack(
  config: Pick<AppConfig<SlackTarget, SlackOptions>, 'settings' | 'targets' | 'options'>,
  { now }: { readonly now: () => number },
): Destination<SlackTarget, SlackRemote> {
  const { settings, targets, options } = config
  const dispatcher = new EnvHttpProxyAgent({ connect: { timeout: 5000 } })
  const workspaces = createWorkspaces(targets, options, dispatcher)
  const channels = createChannels(workspaces, {
    now,
    maxWaitMs: settings.deadlineMs,
    postIntervalMs: options.postIntervalMs,
  })
  return {
    name: 'slack',
    // What waits for the channel's next second is joined: the more at once, the fewer messages.
    concurrency: 20,
    operations: (step, target) => operationsOf(step, target, { settings, channels }),
    check: async (signal) => checkSlack(targets, workspaces, signal),
    async close() {
      workspaces.close()
      await dispatcher.destroy()
    },
  }
}
