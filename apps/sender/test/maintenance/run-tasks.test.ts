import { createLogger } from '@complywise/service'
import { Client } from 'pg'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runTasks, type TaskRunner } from '../../src/maintenance/run-tasks.ts'
import type { Task } from '../../src/maintenance/task.ts'
import { eventually } from '../support/eventually.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import type { Row } from '../support/test-store.ts'

let database: TestDatabase
const runners: TaskRunner[] = []

beforeAll(async () => {
  database = await createTestDatabase()
})
afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.stop()))
})
afterAll(() => database.drop())

const HOUR_MS = 3_600_000
const silent = createLogger({ name: 'test', level: 'silent' })

/** Runs a task as a process of its own would. */
function start(task: Partial<Task>, options: Partial<Parameters<typeof runTasks>[0]> = {}): TaskRunner {
  const runner = runTasks({
    tasks: [{ name: 'test', everyMs: HOUR_MS, run: async () => false, ...task }],
    connectionString: database.connectionString,
    logger: silent,
    ...options,
  })
  runners.push(runner)
  return runner
}

async function cutConnections(): Promise<void> {
  const client = new Client({ connectionString: database.connectionString })
  await client.connect()
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'complywise-sender maintenance'`,
  )
  await client.end()
}

test('a task runs at once, again at once while it has more to do, and then in its period', async () => {
  let runs = 0
  let runsOften = 0
  start({ run: async () => ++runs < 3 })
  start({ name: 'often', everyMs: 1, run: async () => ++runsOften < 0 })
  await eventually(() => runs >= 3 && runsOften > 10)
  expect(runs).toBe(3)
})

test('of several processes, one at a time runs a task', async () => {
  let running = 0
  let most = 0
  const byProcess = [0, 0, 0]
  for (const process of byProcess.keys()) {
    start({
      everyMs: 1,
      async run() {
        most = Math.max(most, ++running)
        await new Promise(setImmediate)
        byProcess[process]! += 1
        running -= 1
        return false
      },
    })
  }
  await eventually(() => byProcess.every((runs) => runs > 5))
  expect(most).toBe(1)
})

test('tasks do not wait for each other', async () => {
  let others = 0
  start({ run: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(false))) })
  start({ name: 'other', everyMs: 1, run: async () => ++others < 0 })
  expect(await eventually(() => others > 5)).toBe(true)
})

test('a run that fails is logged and counted, and the next one tries again', async () => {
  const log: Row[] = []
  const seen: unknown[] = []
  let runs = 0
  start(
    {
      everyMs: 5,
      async run() {
        runs += 1
        if (runs === 1) throw new Error('no space')
        return false
      },
    },
    {
      logger: pino({}, { write: (line) => log.push(JSON.parse(line)) }),
      observer: { ran: (task, isDone) => seen.push([task, isDone]) },
    },
  )
  await eventually(() => runs >= 2)
  expect(log).toMatchObject([
    { task: 'test', err: { message: 'no space' }, msg: 'a maintenance task failed' },
  ])
  expect(seen.slice(0, 2)).toEqual([
    ['test', false],
    ['test', true],
  ])
})

test('a run whose connection is cut is told to end, and its task runs again elsewhere', async () => {
  const events: string[] = []
  function run(process: string): Task['run'] {
    return (signal) => {
      events.push(`${process} runs`)
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => {
          events.push(`${process} ends`)
          reject(signal.reason)
        }),
      )
    }
  }
  start({ run: run('first') })
  await eventually(() => events.length === 1)
  start({ everyMs: 5, run: run('second') })
  await cutConnections()
  await eventually(() => events.some((event) => event.endsWith('ends')) && events.length >= 3)
  expect(events.slice(0, 2)).toEqual(['first runs', 'first ends'])
})

test('stopping aborts a run, waits until it has ended, and lets another process run the task', async () => {
  const events: string[] = []
  const first = start({
    async run(signal) {
      events.push('began')
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      await new Promise(setImmediate)
      events.push('ended')
      return false
    },
  })
  await eventually(() => events.includes('began'))
  await first.stop()
  expect(events).toEqual(['began', 'ended'])
  start({ everyMs: 5, run: async () => events.push('began elsewhere') > 100 })
  await eventually(() => events.includes('began elsewhere'))
})

test('a database that is away for a while only delays tasks', async () => {
  let runs = 0
  start({ everyMs: 5, run: async () => ++runs < 0 })
  await eventually(() => runs > 0)
  await cutConnections()
  const before = runs
  expect(await eventually(() => runs > before + 2)).toBe(true)
})
