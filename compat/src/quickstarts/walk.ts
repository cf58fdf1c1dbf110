import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createConsumer, npm } from '../consumers/consumer.ts'
import type { PackedPackage } from '../pack-packages.ts'
import { runCommand } from '../run-command.ts'
import { type StartedServer, startServer } from '../start-server.ts'
import { type Quickstart, readInstructions } from './quickstart.ts'
import { sendEvent } from './send-event.ts'

/** What one step of a walk came to. */
export interface Step {
  readonly quickstart: string
  readonly step: string
  /** The answers with how often each came, such as `200 processed`. */
  readonly answers: string
  /** How often the handler ran for the step's event in the whole walk. */
  readonly runs: number
  readonly isAsExpected: boolean
}

/** What is sent, and what must come of it. */
interface PlannedStep {
  readonly step: string
  /** Names the event: each has a control of its own, which the handler prints. */
  readonly control: string
  readonly isTampered?: boolean
  readonly times?: number
  readonly expected: RegExp
  readonly expectedRuns: number
}

const plan: readonly PlannedStep[] = [
  { step: 'signed', control: 'CC1.1', expected: /^200 processed$/, expectedRuns: 1 },
  { step: 'tampered', control: 'CC2.1', isTampered: true, expected: /^401 unauthorized$/, expectedRuns: 0 },
  { step: 'duplicate of the first', control: 'CC1.1', expected: /^200 duplicate$/, expectedRuns: 1 },
  {
    step: '50 at once',
    control: 'CC4.1',
    times: 50,
    expected: /^200 processed(, (\d+ × )?(200 duplicate|409 in_progress))+$/,
    expectedRuns: 1,
  },
  { step: 'its handler fails', control: 'CC5.1', expected: /^500 failed$/, expectedRuns: 2 },
  { step: 'the retry of that', control: 'CC5.1', expected: /^200 processed$/, expectedRuns: 2 },
]

const processed = '200 processed'
const secret = 'your-secret'

/** Follows a quickstart in a folder of its own, and sends events to what it starts. */
export async function walk(
  quickstart: Quickstart,
  packages: readonly PackedPackage[],
): Promise<readonly Step[]> {
  const { code, packages: wanted } = await readInstructions(quickstart)
  const tarballs = new Map(packages.map(({ name, tarball }) => [name, tarball]))
  await using project = await createConsumer(
    'quickstart',
    wanted.map((name) => tarballs.get(name) ?? name),
  )
  const { directory } = project
  const file = join(directory, quickstart.file)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, code)
  if (quickstart.manifest.length > 0) await npm(directory, 'pkg', ...quickstart.manifest)
  for (const script of quickstart.build) {
    await runCommand(process.execPath, script, { cwd: directory, timeoutMs: 300_000 })
  }
  const server = await start(quickstart, directory)
  let answers: readonly string[]
  try {
    answers = await sendAll(server.url + quickstart.path, directory)
  } finally {
    await server.close()
  }
  return plan.map((planned, index) => {
    const runs = server.printed.filter((line) => line.startsWith(`SOC 2 ${planned.control}:`)).length
    const isAsExpected = planned.expected.test(answers[index]!) && runs === planned.expectedRuns
    return { quickstart: quickstart.name, step: planned.step, answers: answers[index]!, runs, isAsExpected }
  })
}

async function start(quickstart: Quickstart, directory: string): Promise<StartedServer> {
  const port = await findPort()
  return startServer({
    program: process.execPath,
    args: [
      '--import',
      pathToFileURL(join(import.meta.dirname, 'fail-once.ts')).href,
      ...quickstart.start(port),
    ],
    cwd: directory,
    env: { PORT: String(port), COMPLYWISE_WEBHOOK_SECRET: secret, NEXT_TELEMETRY_DISABLED: '1' },
    findOrigin: (line) => (quickstart.ready.test(line) ? `http://localhost:${port}` : undefined),
  })
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || !address) throw new Error('There is no free port.')
  return address.port
}

async function sendAll(url: string, directory: string): Promise<readonly string[]> {
  const bodies = new Map(plan.map(({ control }) => [control, makeBody(control)]))
  const answers: string[] = []
  for (const { control, isTampered = false, times = 1 } of plan) {
    const body = bodies.get(control)!
    const sentBody = isTampered ? body.replace('passed', 'failed') : body
    answers.push(summarize(await sendEvent({ directory, url, secret, body, sentBody, times })))
  }
  return answers
}

function makeBody(control: string): string {
  const data = { control_id: control, framework: 'SOC 2', previous_status: 'passed', new_status: 'failed' }
  const timestamp = new Date().toISOString()
  return JSON.stringify({
    event: 'compliance.control_failed',
    event_id: crypto.randomUUID(),
    timestamp,
    data,
  })
}

/** Each different answer, with how often it came unless that is once; what was processed comes first. */
function summarize(answers: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1)
  return [...counts]
    .toSorted(([a], [b]) => Number(b === processed) - Number(a === processed))
    .map(([answer, count]) => (count === 1 ? answer : `${count} × ${answer}`))
    .join(', ')
}
