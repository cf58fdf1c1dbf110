import { deliverAll } from '../delivery/deliver-all.ts'
import { startDestination } from '../destinations/start-destination.ts'
import { expectedConditions } from '../events/expected-conditions.ts'
import { planEvents } from '../events/plan-events.ts'
import { settleForwarder } from '../process/forwarder-home.ts'
import { killAgain } from '../process/kill-again.ts'
import { createRandom, shuffled } from '../run/random.ts'
import { countUp } from '../run/report.ts'
import { auditLedger } from '../verify/audit-ledger.ts'
import { checkOutcome } from '../verify/check-outcome.ts'
import { waitUntilFinished } from '../verify/wait-until-finished.ts'
import { watchAnswers } from '../verify/watch-answers.ts'
import { chanceFaults } from './chance-faults.ts'
import type { Trial } from './trial.ts'

/** Kills a forwarder again and again while events are delivered several times in any order, and the destination fails. */
export const kills: Trial<{
  events: number
  deliveries: number
  concurrency: number
  kills: number
  controls: number
  window: number
  storms: boolean
  faults: boolean
}> = {
  name: 'kills',
  summary: 'kill -9 at every crash window while events arrive repeatedly and out of order',
  description: `Delivers events of every type several times each, in any order, while the destination resets connections, limits
rates and loses answers by chance, and the forwarder is killed (kill -9) again and again: every second time at a random
moment, else at one of the windows of its work, in turn. Each time it is started again at once.

Promises: every event is answered 200 in the end and is in the ledger; every condition is as the newest event has it; no
message, incident or issue is there twice; nothing that was said is said twice; the chain of the ledger is intact.`,
  options: {
    events: { description: 'events', fallback: 1000 },
    deliveries: { description: 'deliveries of each event', fallback: 3 },
    concurrency: { description: 'deliveries at once', fallback: 8 },
    kills: { description: 'kills', fallback: 100 },
    controls: { description: 'controls of each of the three frameworks', fallback: 40 },
    window: { description: 'how many places a delivery may be out of order; 0: any', fallback: 0 },
    storms: { description: 'tell controls that fail together together', fallback: false },
    faults: { description: 'let the destination fail by chance', fallback: true },
  },
  apps: ['slack', 'pagerduty', 'jira'],
  async run(scene, { app, seed, options }) {
    const random = createRandom(seed)
    const destination = await startDestination(app, { directory: scene.directory })
    scene.defer(() => destination.fake.close())
    const events = planEvents({
      events: options.events,
      controls: options.controls,
      random,
      endsAt: Date.now() - 60_000,
    })
    const home = await settleForwarder({
      destination,
      directory: scene.directory,
      file: {
        deadline: '3s',
        routes: [{ to: ['trial'] }, { match: { event: 'policy.*' }, to: ['trial'] }],
        storm: options.storms ? { controls: 10, window: '60s' } : { controls: 100_000 },
      },
    })

    const [first, ...rest] = events.map(({ event }) => event)
    if (first === undefined) throw new Error('There are no events')
    const copies = Array.from({ length: options.deliveries }, () => rest).flat()
    const deliveries = shuffled(
      copies.toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp)),
      options.window === 0 ? Number.POSITIVE_INFINITY : options.window,
      random,
    )
    const watch = watchAnswers(destination, events)
    // Only what is new is work: kills are spread over that.
    const done = new Set<string>()
    const killing = killAgain({
      home,
      destination,
      kills: options.kills,
      random,
      progress: () => done.size / rest.length,
      onKill(number) {
        if (number % 10 !== 0) return
        scene.progress(`${number} of ${options.kills} kills, ${done.size} of ${events.length} events`)
      },
    })
    killing.catch(() => {})
    // What a whole scan is has to be known first.
    await deliverAll({ deliveries: [first], concurrency: 1, url: home.url })
    if (options.faults) destination.fake.faults.byChance(chanceFaults(seed))
    const delivered = await deliverAll({
      deliveries,
      concurrency: options.concurrency,
      url: home.url,
      onAnswer(event, answer) {
        if (answer?.status === 200) done.add(event.event_id)
        watch.see(event, answer)
      },
    })
    const { counts, survivor } = await killing
    scene.defer(() => survivor.kill())
    destination.fake.faults.byChance(undefined)
    scene.progress('all delivered; waiting for what is left to do')
    await waitUntilFinished(home.ledgerPath)
    const { code } = await survivor.stop()
    const audit = auditLedger(home.ledgerPath)
    const expected = expectedConditions(events)
    const states: Record<string, number> = {}
    for (const { state } of expected.values()) countUp(states, state)
    const actions: Record<string, number> = {}
    for (const { action } of audit.steps) countUp(actions, action)
    return {
      title: `${app}: ${options.events} events × ${options.deliveries}, ${options.concurrency} at once, ${options.kills} × kill -9, storms ${options.storms ? 'on' : 'off'} (seed ${seed})`,
      rows: [],
      counts: {
        deliveries: deliveries.length + 1,
        requests: delivered.requests + 1,
        answers: delivered.answers,
        'bodies of successes': delivered.outcomes,
        'reasons of the others': delivered.reasons,
        kills: counts,
        faults: destination.fake.faults.counts,
        'requests to the destination': watch.requests(),
        'ledger entries': audit.entries,
        steps: actions,
        conditions: states,
        'answers compared with the destination': watch.compared(),
      },
      broken: [
        ...delivered.lost.map(({ event, event_id }) => `${event} ${event_id} was never answered 200.`),
        ...Object.keys(delivered.answers)
          .filter((status) => !['200', '409', '503', 'none'].includes(status))
          .map((status) => `A request was answered ${status}.`),
        ...watch.broken(),
        ...checkOutcome({ destination, events, expected, audit, hasStorms: options.storms }),
        ...(code === 0 ? [] : [`Asked to stop, the last forwarder exited with ${code}.`]),
      ],
    }
  },
}
