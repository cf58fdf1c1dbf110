import { webhookSecret } from '../delivery/send-signed.ts'
import { startDestination } from '../destinations/start-destination.ts'
import { expectedConditions } from '../events/expected-conditions.ts'
import { planEvents } from '../events/plan-events.ts'
import { settleForwarder } from '../process/forwarder-home.ts'
import { startForwarder } from '../process/forwarder-process.ts'
import { startSender } from '../process/sender-process.ts'
import { createRandom } from '../run/random.ts'
import { countUp } from '../run/report.ts'
import type { Scene } from '../run/scene.ts'
import { waitFor } from '../run/wait-for.ts'
import { auditLedger } from '../verify/audit-ledger.ts'
import { checkOutcome } from '../verify/check-outcome.ts'
import { orderProblems } from '../verify/order-problems.ts'
import { waitUntilFinished } from '../verify/wait-until-finished.ts'
import { outageFile, type OutagePart, type OutageSettings } from './outage-part.ts'

/** A short outage with the real sender, and what its Delivery Log says of it. */
export async function outageWithSender(
  scene: Scene,
  { app, seed, options }: OutageSettings,
): Promise<OutagePart> {
  const destination = await startDestination(app, { directory: scene.directory })
  scene.defer(() => destination.fake.close())
  const home = await settleForwarder({
    destination,
    directory: scene.directory,
    name: 'real',
    file: outageFile,
  })
  const forwarder = await startForwarder({ app, ...home })
  scene.defer(() => forwarder.kill())
  const sender = await startSender(scene)
  await sender.subscribe(forwarder.url, webhookSecret)
  destination.fake.faults.always({ kind: 'unavailable' })
  // Types that the sender publishes only, and of those the ones whose data is complete.
  const events = planEvents({
    events: options.published * 3,
    controls: 5,
    random: createRandom(seed + 1),
    endsAt: Date.now() - 60_000,
  })
    .filter(({ event }) => event.event === 'compliance.control_failed' || event.event.startsWith('scan.'))
    .slice(0, options.published)
  for (const { event } of events) await sender.publish(event)
  scene.progress('published; the destination stays down for a while')
  // An endpoint that fails is asked by few attempts at a time.
  await waitFor(
    'some attempts have failed',
    async () => {
      const attempts = (await sender.deliveries()).flatMap((delivery) => delivery.attempts)
      return attempts.filter(({ httpStatus }) => httpStatus === 503).length >= 3
    },
    { limitMs: 120_000, everyMs: 500 },
  )
  destination.fake.faults.always(undefined)
  await sender.settle(120_000)
  await waitUntilFinished(home.ledgerPath)
  const deliveries = await sender.deliveries()
  await forwarder.stop()
  const audit = auditLedger(home.ledgerPath)
  const failed = deliveries.flatMap(({ attempts }) => attempts.filter(({ httpStatus }) => httpStatus !== 200))
  const shown: Record<string, number> = {}
  for (const { httpStatus, body } of failed) countUp(shown, `${httpStatus ?? 'none'} ${body.slice(0, 60)}`)
  return {
    counts: {
      'with the sender: deliveries': deliveries.length,
      'with the sender: failed attempts as its log shows them': shown,
    },
    broken: [
      ...deliveries
        .filter(({ status }) => status !== 'succeeded' && status !== 'delivered')
        .map(({ eventId, status }) => `The delivery of ${eventId} is ${status}.`),
      ...(failed.length === 0 ? ['No attempt failed, so the log had nothing to show.'] : []),
      ...failed.flatMap(({ httpStatus, body }) =>
        httpStatus === 409 ||
        (httpStatus === 503 && new RegExp(`^\\{"status":"unavailable","reason":"${app}_`).test(body))
          ? []
          : [`The log shows ${httpStatus ?? 'nothing'} and ${body.slice(0, 100)}, which does not say why.`],
      ),
      ...checkOutcome({ destination, events, expected: expectedConditions(events), audit, hasStorms: false }),
      ...orderProblems(home.ledgerPath),
    ],
  }
}
