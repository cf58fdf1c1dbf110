import {
  briefLease,
  briefMs,
  elapse,
  expectClaim,
  expectFinished,
  expectThat,
  longTerms,
  newKey,
  win,
} from './ask-store.ts'
import { claimAtOnce, expectAll, openAll, openTwo } from './claim-checks.ts'
import type { DedupeStoreCheck } from './dedupe-store-harness.ts'

const briefRetention = { ...longTerms, retentionMs: briefMs }

const handlerNames = [
  'scan.completed#1',
  'a,b;c|d',
  '"quoted" \\ \'once\'',
  'two\nlines',
  'Größe 測試 🧪',
  '__proto__',
  '{"json":[1]}',
  'long '.repeat(50),
]

/** What a store remembers of an event, and for how long. */
export const recordChecks: readonly DedupeStoreCheck[] = [
  {
    name: 'a completed event is a duplicate for everybody',
    async run(harness) {
      const clients = await openAll(harness, 4)
      const held = await win(clients[0]!, newKey(), longTerms, 'a new event')
      expectThat(await clients[0]!.complete(held), 'the holder to complete', false)
      expectAll('duplicate', await claimAtOnce(held.key, clients), 'after complete')
    },
  },
  {
    name: 'a completed event is a duplicate also when its lease would have run out',
    async run(harness) {
      const [one, two] = await openTwo(harness)
      const held = await win(one, newKey(), briefLease, 'a new event')
      await one.complete(held)
      await elapse(harness)
      await expectClaim('duplicate', two, held.key, 'after complete and the time of the lease')
    },
  },
  {
    name: 'a completed event is forgotten after its retention',
    async run(harness) {
      const [one, two] = await openTwo(harness)
      const held = await win(one, newKey(), briefRetention, 'a new event')
      await one.complete(held)
      await elapse(harness)
      await win(two, held.key, longTerms, 'an event that was completed longer ago than retentionMs')
    },
  },
  {
    name: 'the retention of a completed event starts when it is completed',
    async run(harness) {
      const [one, two] = await openTwo(harness)
      const held = await win(one, newKey(), briefRetention, 'a new event')
      expectThat(await one.complete({ ...held, ...longTerms }), 'the holder to complete', false)
      await elapse(harness)
      await expectClaim('duplicate', two, held.key, 'within the retention that complete was given')
    },
  },
  {
    name: 'the checkpoints of an event that is never completed are forgotten after its retention',
    async run(harness) {
      const [one, two] = await openTwo(harness)
      const held = await win(one, newKey(), briefRetention, 'a new event')
      await one.checkpoint(held, 'first')
      await one.release(held)
      await elapse(harness)
      const next = await win(two, held.key, longTerms, 'an event that was released')
      expectFinished(next.finished, [], 'after the retention')
    },
  },
  {
    name: 'a claim is held for its whole lease, also when that is longer than its retention',
    async run(harness) {
      const [one, two] = await openTwo(harness)
      const held = await win(one, newKey(), briefRetention, 'a new event')
      await elapse(harness)
      await expectClaim('in_progress', two, held.key, 'after the retention, but within the lease')
      expectThat(await one.complete({ ...held, ...longTerms }), 'the holder to complete', false)
    },
  },
  {
    name: 'release gives the event back at once',
    async run(harness) {
      const [one, two] = await openTwo(harness)
      const held = await win(one, newKey(), longTerms, 'a new event')
      expectThat(await one.release(held), 'the holder to release', false)
      const next = await win(two, held.key, longTerms, 'an event that was released')
      expectThat(next.token !== held.token, 'the next claim to have another token', next.token)
    },
  },
  {
    name: 'release keeps the checkpoints',
    async run(harness) {
      const [one, two] = await openTwo(harness)
      const held = await win(one, newKey(), longTerms, 'a new event')
      await one.checkpoint(held, 'first')
      await one.release(held)
      const next = await win(two, held.key, longTerms, 'an event that was released')
      expectFinished(next.finished, ['first'], 'after release')
      await two.checkpoint(next, 'second')
      await two.release(next)
      const last = await win(one, held.key, longTerms, 'an event that was released')
      expectFinished(last.finished, ['first', 'second'], 'after another release')
    },
  },
  {
    name: 'handlers may have any name, and each is listed once',
    async run(harness) {
      const [one, two] = await openTwo(harness)
      const held = await win(one, newKey(), longTerms, 'a new event')
      for (const name of [...handlerNames, ...handlerNames]) {
        expectThat(await one.checkpoint(held, name), `checkpoint of ${name} to say true`, false)
      }
      await one.release(held)
      const next = await win(two, held.key, longTerms, 'an event that was released')
      expectFinished(next.finished, handlerNames, 'after all were given twice')
    },
  },
  {
    name: 'handlers that finish at the same time are all listed',
    async run(harness) {
      const [one, two] = await openTwo(harness)
      const held = await win(one, newKey(), longTerms, 'a new event')
      const names = Array.from({ length: 20 }, (_, index) => `handler ${index}`)
      await Promise.all(names.map((name, index) => [one, two][index % 2]!.checkpoint(held, name)))
      await one.release(held)
      const next = await win(two, held.key, longTerms, 'an event that was released')
      expectFinished(next.finished, names, 'after all were given at once')
    },
  },
  {
    name: 'every verb can be repeated when its answer was lost',
    async run(harness) {
      const [store] = await openTwo(harness)
      const held = await win(store, newKey(), longTerms, 'a new event')
      for (const time of ['first', 'second']) {
        expectThat(await store.renew(held), `the ${time} renew to say true`, false)
      }
      for (const time of ['first', 'second']) {
        expectThat(await store.checkpoint(held, 'x'), `the ${time} checkpoint to say true`, false)
      }
      for (const time of ['first', 'second']) {
        expectThat(await store.complete(held), `the ${time} complete to say true`, false)
      }
      await expectClaim('duplicate', store, held.key, 'after complete, twice')
      const other = await win(store, newKey(), longTerms, 'a new event')
      expectThat(await store.release(other), 'the first release to say true', false)
      expectThat(!(await store.release(other)), 'the second release to say false', true)
      await win(store, other.key, longTerms, 'after release, twice')
    },
  },
]
