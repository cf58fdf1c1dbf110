import { setTimeout as delay } from 'node:timers/promises'
import { sendSigned } from '../delivery/send-signed.ts'
import { settleMs, startJira } from '../destinations/jira.ts'
import { conditionKey } from '../events/condition-key.ts'
import { createEventMaker } from '../events/make-event.ts'
import type { TrialEvent } from '../events/trial-event.ts'
import { settleForwarder } from '../process/forwarder-home.ts'
import { startForwarder } from '../process/forwarder-process.ts'
import { createRandom } from '../run/random.ts'
import { countUp, percentile } from '../run/report.ts'
import { auditLedger } from '../verify/audit-ledger.ts'
import type { Trial } from './trial.ts'

/** Two forwarders that share nothing get the same event at once. */
export const replicas: Trial<{ rounds: number; delay: number }> = {
  name: 'replicas',
  summary: 'two Jira forwarders without a common ledger get the same event in the same millisecond',
  description: `Starts two Jira forwarders with a ledger each, on one project, and gives both the same event in the same millisecond,
one new control in each round, while Jira's search is behind. A little later one more event comes, as it would.

Promises: exactly one issue of each control is open in the end; the others are closed as its duplicates, and linked to it.`,
  options: {
    rounds: { description: 'rounds', fallback: 50 },
    delay: { description: 'how many milliseconds search is behind', fallback: 1200 },
  },
  apps: ['jira'],
  async run(scene, { seed, options }) {
    const destination = await startJira({ directory: scene.directory })
    const { fake } = destination
    scene.defer(() => fake.close())
    fake.setIndexDelay(options.delay)
    const random = createRandom(seed)
    const make = createEventMaker(random)
    const file = { storm: { controls: 100_000 } }
    const homes = await Promise.all(
      ['one', 'two'].map((name) => settleForwarder({ destination, directory: scene.directory, name, file })),
    )
    const forwarders = await Promise.all(homes.map((home) => startForwarder({ app: 'jira', ...home })))
    for (const forwarder of forwarders) scene.defer(() => forwarder.kill())
    const answers: Record<string, number> = {}

    async function giveBoth(event: TrialEvent): Promise<void> {
      await Promise.all(forwarders.map(({ url }) => untilTaken(url, event)))
    }

    async function untilTaken(url: string, event: TrialEvent): Promise<void> {
      for (let attempt = 1; attempt <= 60; attempt += 1) {
        const answer = await sendSigned(url, event)
        countUp(answers, String(answer?.status ?? 'none'))
        if (answer?.status === 200) return
        await delay(250)
      }
      throw new Error(`${event.event_id} was never answered 200`)
    }

    const controls = Array.from({ length: options.rounds }, (_, index) => ({
      framework: 'SOC 2',
      id: `A-${index + 1}`,
    }))
    for (const control of controls) {
      await giveBoth(make.controlFailed(control, new Date().toISOString()).event)
      if (Number(control.id.slice(2)) % 10 === 0) scene.progress(`${control.id} of ${options.rounds}`)
    }
    const keys = controls.map(({ framework, id }) => conditionKey('control', framework, id))
    const made = keys.map((key) => destination.conditions([key]).get(key) ?? { open: 0, closed: 0 })
    const openBefore = made.filter(({ open }) => open > 1).length
    scene.progress('waiting until search has caught up')
    await delay(settleMs + 500)
    // Two others are looked at along with each step.
    for (let index = 0; index < Math.ceil(options.rounds / 2) + 1; index += 1) {
      await giveBoth(make.controlFailed({ framework: 'HIPAA', id: 'C-1' }, new Date().toISOString()).event)
    }
    const held = destination.conditions(keys)
    const issues = fake.issues('SEC')
    const duplicates = issues.filter(({ resolution }) => resolution === 'Duplicate')
    const codes = await Promise.all(forwarders.map((forwarder) => forwarder.stop()))
    const spans = homes.flatMap(({ ledgerPath }) =>
      Object.entries(auditLedger(ledgerPath).entries).map(([result, count]) => ({ result, count })),
    )
    const entries: Record<string, number> = {}
    for (const { result, count } of spans) countUp(entries, result, count)
    const perKey = keys.map((key) => {
      const { open = 0, closed = 0 } = held.get(key) ?? {}
      return open + closed
    })
    return {
      title: `jira: ${options.rounds} rounds, two forwarders, search ${options.delay} ms behind (seed ${seed})`,
      rows: [],
      counts: {
        answers,
        'issues in all': issues.length,
        'controls with two issues': perKey.filter((count) => count > 1).length,
        'most issues of one control': percentile(perKey, 1),
        'controls with two open issues right after the last round': openBefore,
        'issues closed as duplicates': duplicates.length,
        'ledger entries': entries,
      },
      broken: [
        ...keys.flatMap((key) => {
          const open = held.get(key)?.open ?? 0
          return open === 1 ? [] : [`${key} has ${open} open issues.`]
        }),
        ...issues
          .filter(({ statusCategory, resolution }) => statusCategory === 'done' && resolution !== 'Duplicate')
          .map(
            ({ key, resolution }) => `${key} is closed as ${resolution ?? 'unresolved'}, not as a duplicate.`,
          ),
        ...duplicates
          .filter(({ links }) => !links.some(({ description }) => description === 'duplicates'))
          .map(({ key }) => `${key} is not linked to the issue that it duplicates.`),
        ...fake.refusals.map(({ operation, why }) => `Jira refused ${operation}: ${why}`),
        ...codes.flatMap(({ code }) => (code === 0 ? [] : [`A forwarder exited with ${code}.`])),
      ],
    }
  },
}
