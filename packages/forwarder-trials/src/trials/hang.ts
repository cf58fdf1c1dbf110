import { setTimeout as delay } from 'node:timers/promises'
import { fieldOf } from '../delivery/deliver-all.ts'
import { type Answer, sendSigned } from '../delivery/send-signed.ts'
import { startDestination } from '../destinations/start-destination.ts'
import { createEventMaker } from '../events/make-event.ts'
import { settleForwarder } from '../process/forwarder-home.ts'
import { startForwarder } from '../process/forwarder-process.ts'
import { createRandom } from '../run/random.ts'
import { countUp, percentile } from '../run/report.ts'
import type { Trial } from './trial.ts'

/** A destination that takes every request and never answers. */
export const hang: Trial<{
  events: number
  concurrency: number
  deadline: number
  grace: number
  tolerance: number
}> = {
  name: 'hang',
  summary: 'a destination that never answers',
  description: `Delivers events while the destination takes every request and never answers; then asks the forwarder to stop while
requests are in flight.

Promises: every answer is a 503 with Retry-After, 99 % of them before the deadline;
the forwarder ends by itself within its grace.`,
  options: {
    events: { description: 'events', fallback: 200 },
    concurrency: { description: 'events at once', fallback: 8 },
    deadline: { description: 'deadline of a request, in seconds', fallback: 8 },
    grace: { description: 'grace of the process, in seconds', fallback: 10 },
    tolerance: { description: 'milliseconds by which answers may miss the deadline', fallback: 0 },
  },
  apps: ['slack', 'pagerduty', 'jira'],
  async run(scene, { app, seed, options }) {
    const destination = await startDestination(app, { directory: scene.directory })
    scene.defer(() => destination.fake.close())
    const home = await settleForwarder({
      destination,
      directory: scene.directory,
      file: { deadline: `${options.deadline}s`, storm: { controls: 100_000 } },
      graceSeconds: options.grace,
    })
    const forwarder = await startForwarder({ app, ...home })
    scene.defer(() => forwarder.kill())
    destination.fake.faults.always({ kind: 'hang' })
    const make = createEventMaker(createRandom(seed))
    const eventOf = (number: number) =>
      make.controlFailed({ framework: 'SOC 2', id: `A-${number}` }, new Date().toISOString()).event
    const answers: (Answer | undefined)[] = []
    let next = 0
    async function work(): Promise<void> {
      while (next < options.events) {
        next += 1
        answers.push(await sendSigned(forwarder.url, eventOf(next), { timeoutMs: 60_000 }))
        if (answers.length % 50 === 0) scene.progress(`${answers.length} of ${options.events}`)
      }
    }
    await Promise.all(Array.from({ length: options.concurrency }, work))
    scene.progress('asking it to stop')
    const inFlight = Array.from({ length: options.concurrency }, (_, index) =>
      sendSigned(forwarder.url, eventOf(options.events + index + 1), { timeoutMs: 60_000 }),
    )
    await delay(300)
    const stopping = forwarder.stop()
    const last = await Promise.all(inFlight)
    const { code, tookMs } = await stopping
    const statuses: Record<string, number> = {}
    const reasons: Record<string, number> = {}
    for (const answer of [...answers, ...last]) {
      countUp(statuses, String(answer?.status ?? 'none'))
      countUp(reasons, fieldOf(answer?.body, 'reason') ?? 'none')
    }
    const times = answers.map((answer) => answer?.tookMs ?? Number.POSITIVE_INFINITY)
    const p99 = percentile(times, 0.99)
    const latest = percentile(times, 1)
    const deadlineMs = options.deadline * 1000
    return {
      title: `${app}: ${options.events} events, ${options.concurrency} at once, nothing ever answered, deadline ${options.deadline} s (seed ${seed})`,
      rows: [
        { p50: inMs(percentile(times, 0.5)), p99: inMs(p99), longest: inMs(latest), stopped: inMs(tookMs) },
      ],
      counts: { answers: statuses, reasons, 'requests to the destination': destination.fake.requests.length },
      broken: [
        ...(p99 <= deadlineMs + options.tolerance ? [] : [`p99 of the answers is ${inMs(p99)}.`]),
        ...[...answers, ...last].flatMap((answer) =>
          answer?.status === 503 && answer.retryAfterSeconds !== undefined
            ? []
            : [`An event was answered ${answer?.status ?? 'not at all'}.`],
        ),
        ...(code === 0 ? [] : [`Asked to stop, it exited with ${code}.`]),
        ...(tookMs <= options.grace * 1000 ? [] : [`It took ${inMs(tookMs)} to stop.`]),
      ],
    }
  },
}

function inMs(ms: number): string {
  return `${ms.toFixed(0)} ms`
}
