import { setTimeout as delay } from 'node:timers/promises'
import { eventFixture, signedRequest } from '../../src/testing/index.ts'
import type { Course } from './course.ts'
import { type Delivery, type Racer, startRacer } from './racer.ts'
import { deliveriesPerEvent, leaseMs, secret } from './rules.ts'

/** How long and how rough a race is. */
export interface RaceOptions {
  readonly events: number
  /** How often one of the processes is killed or held up. */
  readonly interruptions: number
  readonly onProgress: (line: string) => void
}

/** What happened on the sender's side. */
export interface RaceResult {
  readonly eventIds: readonly string[]
  /** Those of which a delivery was never answered 200. */
  readonly undelivered: readonly string[]
  readonly deliveries: number
  readonly kills: number
  readonly pauses: number
  /** How often each answer was given, such as `200 processed`; `no answer` where the process was killed or held up. */
  readonly answers: Readonly<Record<string, number>>
  readonly seconds: number
}

const eventsInFlight = 24
/** Far beyond the lease of what a crash leaves behind. */
const patienceMs = 60_000

/** Delivers events to two processes until each delivery was answered 200. */
export async function race(course: Course, options: RaceOptions): Promise<RaceResult> {
  const racers = [start(), start()]
  await Promise.all(racers)
  const startedAt = performance.now()
  const eventIds: string[] = []
  const undelivered = new Set<string>()
  const answers = new Map<string, number>()
  const pauses: Promise<void>[] = []
  let kills = 0
  let done = 0

  const reporting = setInterval(report, 5000)
  await Promise.all(Array.from({ length: eventsInFlight }, sendEvents))
  await Promise.all(pauses)
  clearInterval(reporting)
  report()
  await Promise.all(racers.map(async (racer) => (await racer).kill()))
  return {
    eventIds,
    undelivered: [...undelivered],
    deliveries: eventIds.length * deliveriesPerEvent,
    kills,
    pauses: pauses.length,
    answers: Object.fromEntries([...answers].toSorted(([a], [b]) => a.localeCompare(b))),
    seconds: Math.round((performance.now() - startedAt) / 100) / 10,
  }

  async function start(): Promise<Racer> {
    return await startRacer(course)
  }

  function report(): void {
    const given = [...answers].map(([answer, count]) => `${count} × ${answer}`).join(', ')
    options.onProgress(
      `${done} of ${options.events} events; ${kills} kills, ${pauses.length} pauses; ${given}`,
    )
  }

  async function sendEvents(): Promise<void> {
    while (eventIds.length < options.events) {
      const event = eventFixture('scan.completed')
      eventIds.push(event.event_id)
      const { headers, payload: body } = await signedRequest(event, { secret })
      // One for each process, and the others for either, all at once.
      const deliveries = Array.from({ length: deliveriesPerEvent }, (_, index) =>
        deliver({ headers, body }, index < 2 ? index : pick()),
      )
      const all = await Promise.all(deliveries)
      if (!all.every(Boolean)) undelivered.add(event.event_id)
      done += 1
      interruptAt(done)
    }
  }

  /** Tries until the answer is 200, as a sender does, only faster. */
  async function deliver(delivery: Delivery, first: number): Promise<boolean> {
    const giveUpAt = performance.now() + patienceMs
    for (let target = first; performance.now() < giveUpAt; target = pick()) {
      const racer = await racers[target]!
      const answer = await racer.receive(delivery)
      const kind = answer ? `${answer.status} ${JSON.parse(answer.body).status}` : 'no answer'
      answers.set(kind, (answers.get(kind) ?? 0) + 1)
      if (answer?.status === 200) return true
      await delay(20 + 80 * Math.random())
    }
    return false
  }

  function interruptAt(count: number): void {
    const { events, interruptions } = options
    if (Math.floor((count * interruptions) / events) === Math.floor(((count - 1) * interruptions) / events))
      return
    const target = pick()
    if (Math.random() < 0.5) {
      kills += 1
      racers[target] = restart(racers[target]!)
    } else {
      pauses.push(racers[target]!.then((racer) => racer.pause(leaseMs * (1.2 + Math.random()))))
    }
  }

  async function restart(racer: Promise<Racer>): Promise<Racer> {
    await (await racer).kill()
    return await start()
  }
}

/** One of the two processes. */
function pick(): number {
  return Math.random() < 0.5 ? 0 : 1
}
