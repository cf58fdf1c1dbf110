import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fieldOf } from '../delivery/deliver-all.ts'
import { sendSigned } from '../delivery/send-signed.ts'
import { startDestination } from '../destinations/start-destination.ts'
import { expectedConditions } from '../events/expected-conditions.ts'
import { planEvents } from '../events/plan-events.ts'
import { settleForwarder } from '../process/forwarder-home.ts'
import { startForwarder } from '../process/forwarder-process.ts'
import { createRandom } from '../run/random.ts'
import { countUp } from '../run/report.ts'
import type { Scene } from '../run/scene.ts'
import { auditLedger } from '../verify/audit-ledger.ts'
import { checkOutcome } from '../verify/check-outcome.ts'
import { orderProblems } from '../verify/order-problems.ts'
import { waitUntilFinished } from '../verify/wait-until-finished.ts'
import { outageFile, type OutagePart, type OutageSettings } from './outage-part.ts'

const minuteMs = 60_000

/** The outage on a clock that is set ahead from one instant to the next, with deliveries by the schedule of the sender. */
export async function outageOnTheClock(
  scene: Scene,
  { app, seed, options }: OutageSettings,
): Promise<OutagePart> {
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
  const home = await settleForwarder({
    destination,
    directory: scene.directory,
    name: 'simulated',
    file: outageFile,
  })
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

function badReasons(app: string, reasons: readonly string[]): readonly string[] {
  return reasons
    .filter(
      (reason) => !reason.startsWith(`${app}_`) && reason !== 'deadline_exceeded' && reason !== 'key_locked',
    )
    .map((reason) => `A sender is told “${reason}”, which is no code of ${app}.`)
}
