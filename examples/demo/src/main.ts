import { mkdtemp, rm } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { eventCatalog } from '@complywise/webhooks'
import open from 'open'
import { createAttemptTeller } from './attempts.ts'
import { createClosers } from './closers.ts'
import { goOn } from './go-on.ts'
import { type Stage, startStage } from './stage.ts'
import { showDestinations, tellStory } from './story.ts'
import { print, title } from './terminal.ts'

const usage = `The whole product in one command: a sender on its embedded database, two Express receivers, and the forwarders to
Slack, PagerDuty and Jira. Eight events happen; at the end you see what channel, service and project hold.

Afterwards, the page with the Delivery Log shows events as they come, while one receiver fails and recovers.

Slack, PagerDuty and Jira are strict fakes on this machine: nothing leaves it, and no account is needed.

Usage: demo [options]

  --once       exit when every event is delivered: 0 if all came out as it should, 1 if not, with the reason
  --no-open    do not open the page in a browser, as is done where this runs in a terminal
  --port <n>   port of the sender's API (default: any free one)
  -h, --help   show this
`

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    'no-open': { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

if (values.help) process.stdout.write(usage)
else process.exitCode = await runInTemporaryDirectory(values).catch(fail)

async function runInTemporaryDirectory(options: Options): Promise<number> {
  const stopped = whenStopped()
  const directory = await mkdtemp(join(tmpdir(), 'complywise-demo-'))
  try {
    return await run(directory, options, stopped)
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}

interface Options {
  readonly 'no-open': boolean
  readonly once: boolean
  readonly port: string
}

async function run(directory: string, options: Options, stopped: Promise<number>): Promise<number> {
  const { once, port } = options
  const closers = createClosers()
  const death = Promise.withResolvers<never>()
  const teller = createAttemptTeller()
  title(
    'Starting the sender on its embedded PostgreSQL, two receivers, and the forwarders to Slack, PagerDuty, Jira',
  )

  async function play(): Promise<number> {
    const stage = await startStage({
      directory,
      port,
      closers,
      onAttempt: teller.onAttempt,
      onDeath: death.reject,
    })
    const exitCode = await tellStory(stage, teller)
    if (once) return exitCode
    teller.end()
    printWhatNext(stage)
    if (process.stdout.isTTY && !options['no-open']) openPage(stage)
    showOnEnter(stage)
    const going = new AbortController()
    closers.add(() => going.abort())
    await goOn(stage, going.signal)
    return exitCode
  }

  try {
    return await Promise.race([play(), stopped, death.promise])
  } finally {
    await closers.close()
  }
}

/** Resolves with the exit code when the process is asked to stop, or nobody reads what it prints any more. */
function whenStopped(): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => resolve(128 + constants.signals[signal]))
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => resolve(1))
  })
}

function fail(error: unknown): number {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  return 1
}

function printWhatNext({ url, adminKey, publisherKey }: Stage): void {
  const data = JSON.stringify(eventCatalog['compliance.control_failed'].example)
  print(`
All of it goes on running, with an event every few seconds; Ctrl-C stops it and removes its data.${process.stdin.isTTY ? ' Enter shows the three screens again.' : ''}

  Page         ${pageOf({ url, adminKey })}
  API          ${url}/api/webhooks
  Description  ${url}/openapi.json
  Ready        ${url}/readyz

Publish an event of your own, and watch it arrive on the page:

  curl -X POST ${url}/api/events \\
    -H 'authorization: Bearer ${publisherKey}' \\
    -H 'content-type: application/json' \\
    -d '{"event":"compliance.control_failed","data":${data}}'
`)
}

/** It signs in by itself, and shows the last minutes. */
function pageOf({ url, adminKey }: Pick<Stage, 'url' | 'adminKey'>): string {
  const log = encodeURIComponent('/settings/webhooks/delivery-log?range=15m')
  return `${url}/sign-in?return=${log}#key=${adminKey}`
}

function openPage(stage: Stage): void {
  // Where there is no browser, the address is on the screen.
  open(pageOf(stage)).catch(() => undefined)
}

function showOnEnter(stage: Stage): void {
  if (!process.stdin.isTTY) return
  createInterface(process.stdin).on('line', () => showDestinations(stage))
}
