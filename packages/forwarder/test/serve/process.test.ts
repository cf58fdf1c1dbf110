import { rmSync, statSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test, vi } from 'vitest'
import { runCli, startServe } from '../support/cli.ts'
import { createDesk, deliver, secret, token } from '../support/desk.ts'
import { failed, passed } from '../support/events.ts'

vi.setConfig({ testTimeout: 60_000 })

const patience = { timeout: 20_000, interval: 20 }

test('a forwarder that is asked to stop answers what is in flight, refuses what is new, and exits with 0', async () => {
  const desk = createDesk()
  desk.setFault({ kind: 'wait' })
  const serve = await startServe(desk.configure('deadline: 15s'))
  // A connection that is kept.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  expect(await post(serve.url, agent, new Uint8Array())).toMatchObject({ status: 401 })
  const inFlight = deliver(serve.url, failed('CC6.1'))
  await vi.waitFor(() => statSync(`${desk.paper}.stuck`), patience)
  serve.child.kill('SIGTERM')
  await serve.written('"msg":"stopping"')
  expect(await post(serve.url, agent, new Uint8Array())).toEqual({
    status: 503,
    retryAfter: '5',
    connection: 'close',
    body: '{"status":"unavailable","reason":"draining"}',
  })
  desk.setFault(undefined)
  expect(await inFlight).toMatchObject({ status: 200, body: { status: 'processed' } })
  expect(await serve.ended).toBe(0)
})

test('what is in flight when the grace is over is put back for the sender', async () => {
  const desk = createDesk()
  desk.setFault({ kind: 'stubborn' })
  const serve = await startServe({ ...desk.configure('deadline: 60s'), FORWARDER_GRACE_SECONDS: '3' })
  const inFlight = deliver(serve.url, failed('CC6.1'))
  await vi.waitFor(() => statSync(`${desk.paper}.stuck`), patience)
  serve.child.kill('SIGTERM')
  expect(await inFlight).toMatchObject({ status: 503, body: { reason: 'deadline_exceeded' } })
  expect(await serve.ended).toBe(0)
})

test('a second signal ends the process at once', async () => {
  const desk = createDesk()
  desk.setFault({ kind: 'stubborn' })
  const serve = await startServe({ ...desk.configure('deadline: 60s'), FORWARDER_GRACE_SECONDS: '600' })
  const inFlight = deliver(serve.url, failed('CC6.1')).catch(() => 'cut off')
  await vi.waitFor(() => statSync(`${desk.paper}.stuck`), patience)
  serve.child.kill('SIGTERM')
  await serve.written('"msg":"stopping"')
  serve.child.kill('SIGINT')
  expect(await serve.ended).toBe(1)
  expect(await inFlight).toBe('cut off')
})

test('a forwarder that is killed after the effect finds it when it is back, and does not repeat it', async () => {
  const desk = createDesk()
  const env = { ...desk.configure('deadline: 2s'), FORWARDER_PORT: '0' }
  desk.setFault({ kind: 'stubborn', isWritten: true })
  const first = await startServe(env)
  const event = failed('CC6.1')
  const cutOff = deliver(first.url, event).catch(() => 'cut off')
  await vi.waitFor(() => expect(desk.lines()).toHaveLength(1), patience)
  first.child.kill('SIGKILL')
  expect([await cutOff, await first.ended]).toEqual(['cut off', 'SIGKILL'])
  desk.setFault(undefined)
  const second = await startServe(env)
  await vi.waitFor(
    async () => {
      expect(await deliver(second.url, event)).toMatchObject({ status: 200, body: { status: 'processed' } })
    },
    { timeout: 30_000, interval: 500 },
  )
  expect(desk.lines()).toHaveLength(1)
})

test('a forwarder that is killed and listens at the same place has its locks at once', async () => {
  const desk = createDesk()
  const port = await freePort()
  const env = { ...desk.configure('deadline: 1s'), FORWARDER_PORT: String(port) }
  desk.setFault({ kind: 'stubborn' })
  const first = await startServe(env)
  const cutOff = deliver(first.url, failed('CC6.1')).catch(() => 'cut off')
  await vi.waitFor(() => statSync(`${desk.paper}.stuck`), patience)
  first.child.kill('SIGKILL')
  await Promise.all([cutOff, first.ended])
  desk.setFault(undefined)
  const second = await startServe(env)
  expect(await deliver(second.url, failed('CC6.1', 1))).toMatchObject({ status: 200 })
})

test('two forwarders on one ledger tell of each event once', async () => {
  const desk = createDesk()
  const serves = await Promise.all([startServe(desk.env), startServe(desk.env)])
  const controls = Array.from({ length: 8 }, (_, index) => `CC6.${index}`)
  const events = controls.flatMap((control) => [failed(control, -20), passed(control, -10)])
  await Promise.all(
    events.flatMap((event) =>
      serves.map(async ({ url }) => {
        await vi.waitFor(
          async () => {
            expect(await deliver(url, event)).toMatchObject({ status: 200 })
          },
          { timeout: 30_000, interval: 200 },
        )
      }),
    ),
  )
  const told = desk.lines().map(({ action, key }) => `${action} ${key}`)
  expect(new Set(told).size).toBe(told.length)
  const { stdout } = await runCli(['status', '--json'], desk.env)
  expect(JSON.parse(stdout)).toEqual({ open: [], steps: [], unfinished_events: 0 })
})

test('a dry run logs what would be sent, on a ledger of its own, and sends nothing', async () => {
  const desk = createDesk()
  const serve = await startServe(desk.env, '--dry-run')
  expect(await deliver(serve.url, failed('CC6.1'))).toMatchObject({
    status: 200,
    body: { status: 'processed', steps: [{ target: 'desk', result: 'dry_run' }] },
  })
  await serve.written('"preview":{"paper":')
  expect(desk.lines()).toEqual([])
  expect(statSync(`${desk.ledger}.dry-run`).mode & 0o777).toBe(0o600)
  expect(() => statSync(desk.ledger)).toThrow('ENOENT')
})

test('every delivery has one line in the log, with the event and what became of it', async () => {
  const desk = createDesk()
  const serve = await startServe(desk.env)
  const event = failed('CC6.1')
  desk.setFault({ kind: 'retry', code: 'paper_busy' })
  await deliver(serve.url, event, { attempt: 1 })
  desk.setFault(undefined)
  await deliver(serve.url, event, { attempt: 2 })
  await deliver(serve.url, event, { attempt: 3 })
  serve.child.kill('SIGTERM')
  await serve.ended
  const lines = serve
    .output()
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line))
  expect(lines.filter((line) => 'attempt' in line && line['event_id'] === event.event_id)).toMatchObject([
    { level: 'warn', attempt: 1, retryAfterMs: 5000, steps: [{ result: 'retry', reason: 'paper_busy' }] },
    { level: 'info', attempt: 2, event: event.event, steps: [{ target: 'desk', result: 'delivered' }] },
    { level: 'info', attempt: 3, msg: 'a duplicate of what was forwarded' },
  ])
})

test('neither the log nor any answer has a secret', async () => {
  const desk = createDesk()
  const env = { ...desk.configure(), FORWARDER_LOG_LEVEL: 'trace' }
  const serve = await startServe(env)
  const answers = [
    await deliver(serve.url, failed('CC6.1')),
    await deliver(serve.url, failed('CC6.2'), { tamper: 'signature' }),
  ]
  desk.setFault({ kind: 'operator' })
  answers.push(await deliver(serve.url, failed('CC6.3')))
  const texts = await Promise.all(
    ['/metrics', '/readyz'].map(async (path) => (await fetch(serve.operationsUrl + path)).text()),
  )
  serve.child.kill('SIGTERM')
  await serve.ended
  const written = [serve.output(), JSON.stringify(answers), ...texts].join('\n')
  expect(serve.output()).toContain('"level":"debug"')
  expect(written).not.toContain(token)
  expect(written).not.toContain(secret.slice(8))
})

test.each([
  {
    name: 'no setting at all',
    env: () => ({}),
    says: /^1 problem with the configuration:\n\n {2}FORWARDER_CONFIG is required\.\n/,
  },
  {
    name: 'several variables that are wrong at once',
    // The second is misspelled on purpose.
    env: () => ({ FORWARDER_PORT: 'http', FORWARDER_LOG_LEVL: 'info', PAPER: 'paper' }),
    says: /^4 problems [^]*FORWARDER_PORT must be a whole number[^]*FORWARDER_LOG_LEVL is not a setting\.\n +Did you mean FORWARDER_LOG_LEVEL\?[^]*FORWARDER_INSTANCE[^]*COMPLYWISE_WEBHOOK_SECRET/,
  },
  {
    name: 'a configuration file that is not there',
    env: () => ({ FORWARDER_CONFIG: '/nowhere/forwarder.yaml' }),
    says: /FORWARDER_CONFIG names "\/nowhere\/forwarder\.yaml", which cannot be read \(ENOENT\)/,
  },
  {
    name: 'a file with several mistakes',
    env: () => createDesk().configure('routs: []\ndeadline: never\n'),
    says: /forwarder\.yaml:5:1 routs is not a setting\.\n +Did you mean routes\?[^]*forwarder\.yaml:6:11 deadline must be a duration/,
  },
  {
    name: 'a reference to a variable that is not set',
    env: () => ({ ...createDesk().configure(), THE_TOKEN: '' }),
    says: /forwarder\.yaml:3:\d+ paper\.token refers to \$\{THE_TOKEN\}, which is not set/,
  },
])('serve with $name exits with 2 and says what to do', async ({ env, says }) => {
  const { exitCode, stdout, stderr } = await runCli(['serve'], env())
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(says)
})

test.each([
  {
    name: 'whose directory is not there',
    prepare: (ledger: string) => `${ledger}/nowhere/ledger.db`,
    says: 'cannot be opened: its folder has to exist and be writable',
  },
  {
    name: 'that is no database',
    prepare: (ledger: string) => {
      writeFileSync(ledger, 'This is a letter to my aunt, and not a database of any kind.'.repeat(20))
      return ledger
    },
    says: 'is no ledger, or its beginning is damaged: name another, or restore it from a copy',
  },
  {
    name: 'of a later version',
    prepare: (ledger: string) => {
      const database = new DatabaseSync(ledger)
      database.exec('PRAGMA user_version = 9999')
      database.close()
      return ledger
    },
    says: 'was written by a later version',
  },
])('serve with a ledger $name exits with 1 and says what to do', async ({ prepare, says }) => {
  const desk = createDesk()
  const env = { ...desk.env, FORWARDER_LEDGER: prepare(desk.ledger) }
  const { exitCode, stdout } = await runCli(['serve'], env)
  expect(exitCode).toBe(1)
  expect(stdout).toContain(says)
})

test.each(['FORWARDER_PORT', 'FORWARDER_OPERATIONS_PORT'])(
  'serve with a taken %s exits with 1 and names the setting',
  async (setting) => {
    const server = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await vi.waitFor(() => expect(server.listening).toBe(true))
    const address = server.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const { exitCode, stdout } = await runCli(['serve'], { ...createDesk().env, [setting]: port })
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(
      new RegExp(`Could not listen on 127\\.0\\.0\\.1:${port} .*${setting} chooses another port`),
    )
  },
)

test('a ledger that cannot be written makes a running forwarder not ready, and the answer 503', async () => {
  const desk = createDesk()
  const serve = await startServe(desk.configure('deadline: 1s'))
  // The forwarder may be writing at this moment.
  const blocker = new DatabaseSync(desk.ledger, { timeout: 5000 })
  onTestFinished(() => blocker.close())
  blocker.exec('BEGIN IMMEDIATE')
  expect(await deliver(serve.url, failed('CC6.1'))).toMatchObject({
    status: 503,
    retryAfter: expect.any(String),
  })
  const response = await fetch(`${serve.operationsUrl}/readyz`)
  expect([response.status, await response.json()]).toMatchObject([
    503,
    { checks: { ledger: { status: 'unavailable' } } },
  ])
  blocker.exec('ROLLBACK')
  expect(await deliver(serve.url, failed('CC6.1'))).toMatchObject({ status: 200 })
  rmSync(desk.paper)
})

function post(
  url: string,
  agent: Agent,
  body: Uint8Array,
): Promise<Readonly<Record<'status' | 'retryAfter' | 'connection' | 'body', unknown>>> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.byteLength }
    request(url, { method: 'POST', agent, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => {
        const { statusCode: status, headers } = response
        resolve({ status, retryAfter: headers['retry-after'], connection: headers.connection, body: text })
      })
    })
      .on('error', reject)
      .end(body)
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await vi.waitFor(() => expect(server.listening).toBe(true))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
