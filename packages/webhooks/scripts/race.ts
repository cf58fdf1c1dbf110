// Two processes receive the same events at the same time, each event three times, while one or the other is killed or held
// up for longer than its lease, and handlers fail. Then what the handlers did is compared with what was sent: nothing may be
// lost, and where handlers join the store's transaction nothing may have happened twice. Prints JSON; ends with 1 when a
// promise was broken.
//
//   node --conditions=@complywise/source scripts/race.ts --store postgres|redis|sqlite [--join] [--events 10000]
//     [--interruptions 20] [--server <url of PostgreSQL or Redis>]
//
// --join needs postgres or sqlite. Databases, keys and files are the run's own, and are removed.
import { parseArgs } from 'node:util'
import { prepareCourse, type StoreName } from './race/course.ts'
import { judge } from './race/judge.ts'
import { race } from './race/race.ts'

const servers: Readonly<Record<StoreName, string>> = {
  postgres: process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  sqlite: '',
}

const { values } = parseArgs({
  options: {
    store: { type: 'string' },
    join: { type: 'boolean', default: false },
    events: { type: 'string', default: '10000' },
    interruptions: { type: 'string', default: '20' },
    server: { type: 'string' },
  },
})
const store = Object.keys(servers).find((name): name is StoreName => name === values.store)
if (store === undefined || (values.join && store === 'redis')) {
  throw new Error('--store must be postgres, redis or sqlite, and --join goes with postgres and sqlite')
}

const prepared = await prepareCourse(store, values.join, values.server ?? servers[store])
try {
  const result = await race(prepared.course, {
    events: Number(values.events),
    interruptions: Number(values.interruptions),
    onProgress: (line) => process.stderr.write(`${new Date().toISOString()} ${line}\n`),
  })
  const verdict = judge(result, await prepared.countEffects(), prepared.course)
  console.log(JSON.stringify(verdict, undefined, 2))
  process.exitCode = verdict.violations.length === 0 ? 0 : 1
} finally {
  await prepared.remove()
}
