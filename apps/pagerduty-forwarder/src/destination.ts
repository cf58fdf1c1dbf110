import type { AppConfig, Destination } from '@complywise/forwarder'
import { checkPagerDuty } from './check-pagerduty.ts'
import { createEventsClient } from './client/create-events-client.ts'
import { proxyFor } from './client/proxy-for.ts'
import type { PagerDutyOptions, PagerDutyTarget } from './config.ts'
import { operationsOf } from './operations.ts'
import type { PagerDutyRemote } from './remote.ts'
import { createSender } from './sender.ts'

/** PagerDuty as a destination; calls nothing until an operation is performed. The proxy is that of `HTTPS_PROXY`. */
export function connectPagerDuty(
  { settings, targets, options }: AppConfig<PagerDutyTarget, PagerDutyOptions>,
  { now }: { readonly now: () => number },
): Destination<PagerDutyTarget, PagerDutyRemote> {
  const { server, ca } = options
  const proxy = proxyFor(server, process.env)
  const client = createEventsClient({ server, proxy, now, ...(ca !== undefined && { ca }) })
  const sender = createSender(client, { timeoutMs: settings.deadlineMs, now })
  return {
    name: 'pagerduty',
    operations: (step, target) => operationsOf(step, target, { settings, options, sender }),
    check: async (signal) => checkPagerDuty(targets, { instance: settings.instance, sender, now }, signal),
    // Every connection ends with its call.
    close: () => Promise.resolve(),
  }
}
