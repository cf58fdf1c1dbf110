import { readFileSync, statSync } from 'node:fs'
import { deliverAll } from '../delivery/deliver-all.ts'
import { startDestination } from '../destinations/start-destination.ts'
import { createEventMaker } from '../events/make-event.ts'
import { settleForwarder } from '../process/forwarder-home.ts'
import { startForwarder } from '../process/forwarder-process.ts'
import { createRandom } from '../run/random.ts'
import { percentile } from '../run/report.ts'
import type { Trial } from './trial.ts'

const sampleEveryMs = 5000
const mostGrowth = 1.1
const batch = 2000

/** A hundred thousand events, and how much memory that takes. */
export const soak: Trial<{ events: number; keys: number; concurrency: number }> = {
  name: 'soak',
  summary: 'memory over a hundred thousand events',
  description: `Delivers very many events about some controls, which fail and recover, and looks at the memory of the process every
${sampleEveryMs / 1000} s.

Promises: every event is answered 200; the median of the resident memory in the last third of the time is not above that of the
middle third by more than 10 %.`,
  options: {
    events: { description: 'events', fallback: 100_000 },
    keys: { description: 'controls', fallback: 1000 },
    concurrency: { description: 'deliveries at once', fallback: 16 },
  },
  apps: ['pagerduty', 'slack', 'jira'],
  async run(scene, { app, seed, options }) {
    const destination = await startDestination(app, { directory: scene.directory })
    scene.defer(() => destination.fake.close())
    const home = await settleForwarder({
      destination,
      directory: scene.directory,
      file: { storm: { controls: 100_000 } },
    })
    const forwarder = await startForwarder({ app, ...home })
    scene.defer(() => forwarder.kill())
    const make = createEventMaker(createRandom(seed))
    const samples: number[] = []
    const sampling = setInterval(() => samples.push(residentBytes(forwarder.pid)), sampleEveryMs)
    scene.defer(() => clearInterval(sampling))
    const beganAt = performance.now()
    const startsAt = Date.now() - 3_600_000
    const answers: Record<string, number> = {}
    const lost: string[] = []
    for (let from = 0; from < options.events; from += batch) {
      const deliveries = Array.from({ length: Math.min(batch, options.events - from) }, (_, index) => {
        const number = from + index
        const control = { framework: 'SOC 2', id: `A-${(number % options.keys) + 1}` }
        const at = new Date(startsAt + number * 20).toISOString()
        const isFailing = Math.floor(number / options.keys) % 2 === 0
        return (isFailing ? make.controlFailed(control, at) : make.controlRecovered(control, at)).event
      })
      const delivered = await deliverAll({ deliveries, concurrency: options.concurrency, url: forwarder.url })
      for (const [status, count] of Object.entries(delivered.answers))
        answers[status] = (answers[status] ?? 0) + count
      lost.push(...delivered.lost.map(({ event_id }) => event_id))
      if ((from / batch) % 5 === 4) {
        scene.progress(`${from + deliveries.length} events, ${inMegabytes(residentBytes(forwarder.pid))}`)
      }
    }
    clearInterval(sampling)
    const seconds = (performance.now() - beganAt) / 1000
    const third = Math.floor(samples.length / 3)
    const [first, middle, last] = [0, 1, 2].map((index) =>
      percentile(samples.slice(index * third, (index + 1) * third), 0.5),
    )
    const { code } = await forwarder.stop()
    const isFlat = middle !== undefined && last !== undefined && last <= middle * mostGrowth
    return {
      title: `${app}: ${options.events} events about ${options.keys} controls, ${options.concurrency} at once (seed ${seed})`,
      rows: [
        { memory: 'first third', median: inMegabytes(first) },
        { memory: 'middle third', median: inMegabytes(middle) },
        { memory: 'last third', median: inMegabytes(last) },
        { memory: 'most', median: inMegabytes(percentile(samples, 1)) },
      ],
      counts: {
        samples: samples.length,
        seconds: Math.round(seconds),
        'events a second': Math.round(options.events / seconds),
        answers,
        ledger: inMegabytes(statSync(home.ledgerPath).size),
      },
      broken: [
        ...(samples.length < 9 ? ['The trial was too short to say anything about memory.'] : []),
        ...(isFlat ? [] : [`Memory grew from ${inMegabytes(middle)} to ${inMegabytes(last)}.`]),
        ...lost.map((id) => `${id} was never answered 200.`),
        ...(code === 0 ? [] : [`Asked to stop, it exited with ${code}.`]),
      ],
    }
  },
}

function residentBytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}

function inMegabytes(bytes: number | undefined): string {
  return `${((bytes ?? Number.NaN) / 1e6).toFixed(1)} MB`
}
