import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire, findPackageJSON } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApi, type TestApi } from './support/start-api.ts'

/** What a customer would write with the client: it has to compile, strictly, and to run. */
const program = `
import { Api, type Problem, type Subscription } from './client.ts'

function clientOf(baseUrl: string, key: string): Api<string> {
  return new Api<string>({
    baseUrl,
    securityWorker: () => ({ headers: { authorization: \`Bearer \${key}\` } }),
  })
}

export async function roundTrip(baseUrl: string, keys: { admin: string; publisher: string }) {
  const admin = clientOf(baseUrl, keys.admin).api
  const publisher = clientOf(baseUrl, keys.publisher).api
  const { data: created } = await admin.createSubscription({
    url: 'https://example.com/hook',
    events: ['scan.*'],
    description: 'made by a generated client',
  })
  const secret: string = created.secret
  const { data: published } = await publisher.publishEvent({
    event: 'scan.completed',
    data: {
      scan_job_id: '3f0e7c52-8c0b-4a57-9d2e-5b1f6f0f7a11',
      total_controls: 49,
      passed: 38,
      failed: 11,
      score: 77.6,
    },
  })
  const { data: page } = await admin.listDeliveries({ event_id: published.event_id })
  const [delivery] = page.data
  if (delivery === undefined) throw new Error('the delivery is missing')
  const { data: detail } = await admin.getDelivery(delivery.id)
  const { data: changed } = await admin.changeSubscription(created.id, { description: 'changed' })
  const { data: paused } = await admin.pauseSubscription(created.id)
  const states: Subscription['state'][] = [created.state, changed.state, paused.state]
  await admin.deleteSubscription(created.id)
  const gone: Problem = await admin.getSubscription(created.id).then(
    () => { throw new Error('it is still there') },
    (response: { readonly error: Problem }) => response.error,
  )
  return { secret, published, delivery, body: detail.body, states, description: changed.description, gone }
}
`

const compilerOptions = {
  target: 'ES2023',
  lib: ['ES2023', 'DOM', 'DOM.Iterable'],
  module: 'ESNext',
  moduleResolution: 'bundler',
  allowImportingTsExtensions: true,
  strict: true,
  noEmit: true,
  types: [],
}

let api: TestApi
let directory: string

beforeAll(async () => {
  api = await startApi()
  directory = await mkdtemp(join(tmpdir(), 'complywise-client-'))
  // As a command: its types are those of browsers.
  const generate = [
    'generate',
    '--path',
    `${api.origin}/openapi.json`,
    '--output',
    directory,
    '--name',
    'client.ts',
  ]
  await run(commandOf('swagger-typescript-api', 'swagger-typescript-api'), generate)
  await writeFile(join(directory, 'program.ts'), program)
  await writeFile(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
}, 60_000)

afterAll(async () => {
  await api.close()
  await rm(directory, { recursive: true })
})

describe('a client that is generated from /openapi.json', () => {
  it('compiles together with a program that uses it', { timeout: 60_000 }, async () => {
    const { stdout } = await run(commandOf('typescript', 'tsc'), ['-p', directory]).catch(
      (error: { readonly stdout: string }) => error,
    )
    expect(stdout).toBe('')
  })

  it('goes through the whole life of a subscription and an event', async () => {
    const { roundTrip } = await import(join(directory, 'program.ts'))
    const result = await roundTrip(api.origin, api.keys)
    expect(result).toMatchObject({
      secret: expect.stringMatching(/^whsec_/),
      published: { delivery_count: 1, already_published: false },
      delivery: { event: 'scan.completed', status: 'pending' },
      states: ['active', 'active', 'paused'],
      description: 'changed',
      gone: { code: 'not_found', status: 404 },
    })
    expect(JSON.parse(result.body)).toMatchObject({ event: 'scan.completed', data: { score: 77.6 } })
  })
})

async function run(script: string, args: readonly string[]): Promise<{ readonly stdout: string }> {
  return promisify(execFile)(process.execPath, [script, ...args])
}

/** The file behind a command of a package. */
function commandOf(name: string, command: string): string {
  const require = createRequire(import.meta.url)
  const manifest = findPackageJSON(name, import.meta.url) ?? ''
  const { bin }: { readonly bin: Readonly<Record<string, string>> } = require(manifest)
  return join(dirname(manifest), bin[command] ?? '')
}
