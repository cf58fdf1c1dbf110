import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fieldOf } from '../delivery/deliver-all.ts'
import { sendSigned, webhookSecret } from '../delivery/send-signed.ts'
import { startDestination } from '../destinations/start-destination.ts'
import { expectedConditions } from '../events/expected-conditions.ts'
import { planEvents } from '../events/plan-events.ts'
import type { PlannedEvent } from '../events/trial-event.ts'
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
import type { Trial, TrialSettings } from './trial.ts'

const minuteMs = 60_000
const file = {
  storm: { controls: 100_000 },
  routes: [{ to: ['trial'] }, { match: { event: 'policy.*' }, to: ['trial'] }],
}

/** A destination that is down for an hour, and comes back. */
export const outage: Trial<{ minutes: number; events: number; published: number }> = {
  name: 'outage',
  summary: 'a destination that is down for an hour, and what the sender’s log says of it',
  description: `First on a clock that is set ahead from one instant to the next: events happen while the destination is down for an hour,
and each is delivered by the schedule of the sender (10 s, 40 s, 160 s … or what Retry-After asks for). Then in real time, with
the real sender, whose retries come soon.

Promises: nothing is lost; people are told in order; each condition ends as the newest event has it; the sender's Delivery Log
shows why each attempt failed, as a code at the beginning of the answer.`,
  options: {
    minutes: {
      description: 'minutes that the destination is down, on the clock that is set ahead',
      fallback: 60,
    },
    events: { description: 'events in that time', fallback: 120 },
    published: { description: 'events that the real sender publishes', fallback: 20 },
  },
  apps: ['slack', 'pagerduty', 'jira'],
  async run(scene, settings) {
    const simulated = await simulate(scene, settings)
    const real = await withSender(scene, settings)
    const { app, seed, options } = settings
    return {
      title: `${app}: down for ${options.minutes} minutes (seed ${seed})`,
      rows: [],
      counts: { ...simulated.counts, ...real.counts },
      broken: [...simulated.broken, ...real.broken],
    }
  },
}

type Settings = TrialSettings<{ minutes: number; events: number; published: number }>

interface Part {
  readonly counts: Readonly<Record<string, number | string | Readonly<Record<string, number>>>>
  readonly broken: readonly string[]
}

async function simulate(scene: Scene, { app, seed, options }: Settings): Promise<Part> {
  const clockPath = join(scene.directory, 'clock')
  let aheadMs = 0
  const now = (): number => Date.now() + aheadMs
  const setClock = (ms: number): void => {
    aheadMs = ms
    writeFileSync(clockPath, String(ms))
  }
  setClock(0)
  const destination = await startDestination(app, { directory: scene.directory, now })
  scene.defer(() => destination.fake.close())
  const home = await settleForwarder({ destination, directory: scene.directory, name: 'simulated', file })
  const forwarder = await startForwarder({
    app,
    ...home,
    env: { ...home.env, TRIAL_CLOCK: clockPath },
    preload: 'clock',
  })
  scene.defer(() => forwarder.kill())
  const startsAt = Date.now()
  const downMs = options.minutes * minuteMs
  const events = planEvents({
    events: options.events,
    controls: 10,
    random: createRandom(seed),
    endsAt: startsAt + downMs,
    everyMs: Math.floor(downMs / options.events),
    sweeps: 1,
  })
  const { faults } = destination.fake
  const answers: Record<string, number> = {}
  const reasons: Record<string, number> = {}
  let attempts = 0
  let lastAt = startsAt
  let waiting = events.map((planned) => ({
    planned,
    failures: 0,
    at: Date.parse(planned.event.timestamp) + 100,
  }))
  while (waiting.length > 0) {
    const [next, ...others] = waiting.toSorted((a, b) => a.at - b.at)
    if (next === undefined) break
    waiting = others
    lastAt = next.at
    setClock(Math.max(aheadMs, next.at - Date.now()))
    // What comes in between: refusals and connections that break, without an effect.
    const isDown = now() < startsAt + downMs && next.planned !== events[0]
    faults.always(isDown ? { kind: attempts % 2 === 0 ? 'unavailable' : 'reset-before' } : undefined)
    attempts += 1
    const answer = await sendSigned(forwarder.url, next.planned.event, { attemptedAt: new Date(now()) })
    countUp(answers, String(answer?.status ?? 'none'))
    if (answer?.status === 200) continue
    countUp(reasons, fieldOf(answer?.body, 'reason') ?? `status ${answer?.status ?? 'none'}`)
    const failures = next.failures + 1
    const waitMs = Math.max(10_000 * 4 ** (failures - 1), (answer?.retryAfterSeconds ?? 0) * 1000)
    if (failures === 10) break
    waiting = [...waiting, { ...next, failures, at: next.at + waitMs }]
  }
  faults.always(undefined)
  scene.progress(
    `on the clock: ${attempts} attempts until ${Math.round((lastAt - startsAt) / minuteMs)} minutes`,
  )
  await waitUntilFinished(home.ledgerPath)
  const { code } = await forwarder.stop()
  const audit = auditLedger(home.ledgerPath)
  return {
    counts: {
      'on the clock: events': events.length,
      'on the clock: attempts': attempts,
      'on the clock: answers': answers,
      'on the clock: reasons': reasons,
      'on the clock: all was delivered after minutes': Math.round((lastAt - startsAt) / minuteMs),
      'on the clock: ledger entries': audit.entries,
    },
    broken: [
      ...waiting.map(({ planned }) => `${planned.event.event_id} was given up.`),
      ...checkOutcome({ destination, events, expected: expectedConditions(events), audit, hasStorms: false }),
      ...orderProblems(home.ledgerPath),
      ...badReasons(app, Object.keys(reasons)),
      ...(code === 0 ? [] : [`Asked to stop, it exited with ${code}.`]),
    ],
  }
}

async function withSender(scene: Scene, { app, seed, options }: Settings): Promise<Part> {
  const destination = await startDestination(app, { directory: scene.directory })
  scene.defer(() => destination.fake.close())
  const home = await settleForwarder({ destination, directory: scene.directory, name: 'real', file })
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
    endsAt: Date.now() - minuteMs,
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
      ...senderOutcome(destination, events, home.ledgerPath),
    ],
  }
}

function senderOutcome(
  destination: Parameters<typeof checkOutcome>[0]['destination'],
  events: readonly PlannedEvent[],
  ledgerPath: string,
): readonly string[] {
  const audit = auditLedger(ledgerPath)
  return [
    ...checkOutcome({ destination, events, expected: expectedConditions(events), audit, hasStorms: false }),
    ...orderProblems(ledgerPath),
  ]
}

function badReasons(app: string, reasons: readonly string[]): readonly string[] {
  return reasons
    .filter(
      (reason) => !reason.startsWith(`${app}_`) && reason !== 'deadline_exceeded' && reason !== 'key_locked',
    )
    .map((reason) => `A sender is told “${reason}”, which is no code of ${app}.`)
}
