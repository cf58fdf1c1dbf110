import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, test, vi } from 'vitest'
import { runCli, runCliOnTerminal, startServe } from '../support/cli.ts'
import { createDesk, deliver, secret, token } from '../support/desk.ts'
import { failed, passed } from '../support/events.ts'

vi.setConfig({ testTimeout: 120_000 })

const control = {
  event: 'compliance.control_failed',
  event_id: '7d4f3c1e-0000-4000-8000-000000000001',
  timestamp: '2026-03-01T12:00:00Z',
  data: { control_id: 'CC6.1', framework: 'SOC 2', previous_status: 'passed', new_status: 'failed' },
}
const key = 'cw:acme:control:soc 2:cc6.1'

test('check prints a line for each finding, and exits with 0 when nothing failed', async () => {
  const desk = createDesk()
  const { exitCode, stdout, stderr } = await runCli(['check'], desk.env)
  expect([exitCode, stderr]).toEqual([0, ''])
  expect(stdout).toBe(
    `ok\tconfiguration_valid\tThe environment is valid.\t-\nok\tpaper_there\tPaper ${desk.paper} is there.\t-\n`,
  )
  expect(existsSync(desk.ledger)).toBe(false)
})

test('check exits with 1 when a finding failed, and prints what to do', async () => {
  const desk = createDesk()
  desk.setFault({ kind: 'operator', code: 'paper_locked' })
  const env = desk.configure(
    'mutes: [{ match: { control: A }, until: 2020-01-31T00:00:00Z, reason: R, approved_by: B }]',
  )
  const { exitCode, stdout } = await runCli(['check', '--json'], env)
  expect([exitCode, JSON.parse(stdout)]).toEqual([
    1,
    {
      status: 'failed',
      findings: [
        {
          status: 'ok',
          code: 'configuration_valid',
          message: expect.stringMatching(/^The configuration file .* is valid\.$/),
        },
        {
          status: 'warning',
          code: 'configuration_warning',
          message: 'mutes[0].until (line 5) is over since 2020-01-31T00:00:00.000Z.',
          fix: 'Remove the mute.',
        },
        { status: 'failed', code: 'paper_locked', message: 'The drawer is locked.', fix: 'Unlock it.' },
      ],
    },
  ])
  const terminal = await runCliOnTerminal(['check'], { ...env, NO_COLOR: '1' })
  expect(terminal.stdout.replaceAll('\r\n', '\n')).toContain(
    'failed   The drawer is locked.\n         → Unlock it.\n',
  )
})

test('check exits with 2 when the configuration is wrong', async () => {
  const { exitCode, stdout, stderr } = await runCli(['check'], createDesk().configure('routing: some\n'))
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/forwarder\.yaml:5:10 routing must be /)
})

test('send forwards an event, says what became of it, and does nothing twice', async () => {
  const desk = createDesk()
  const file = desk.path('event.json')
  writeFileSync(file, JSON.stringify(control))
  const first = await runCli(['send', file], desk.env)
  const [line] = desk.lines()
  expect(first).toEqual({
    exitCode: 0,
    stderr: '',
    stdout: `${control.event_id}\tdesk\t${key}\topen\tdelivered\t-\tline ${line?.id}\n`,
  })
  const again = await runCli(['send', file, '--json'], desk.env)
  expect([again.exitCode, JSON.parse(again.stdout)]).toEqual([
    0,
    [
      {
        event_id: control.event_id,
        steps: [
          {
            target: 'desk',
            key,
            action: 'open',
            result: 'delivered',
            reason: null,
            proof: `line ${line?.id}`,
          },
        ],
        retry_after_seconds: null,
      },
    ],
  ])
  expect(desk.lines()).toHaveLength(1)
})

test('send exits with 1 when not everything could be delivered, and replay --pending goes on', async () => {
  const desk = createDesk()
  desk.setFault({ kind: 'retry', code: 'paper_busy', retryAfterMs: 7000 })
  const sent = await runCli(['send', '-', '--json'], desk.env, JSON.stringify(control))
  expect([sent.exitCode, JSON.parse(sent.stdout)]).toMatchObject([
    1,
    [{ steps: [{ result: 'retry', reason: 'paper_busy' }], retry_after_seconds: 7 }],
  ])
  desk.setFault(undefined)
  const replayed = await runCli(['replay', '--pending', '--json'], desk.env)
  expect([replayed.exitCode, JSON.parse(replayed.stdout)]).toMatchObject([
    0,
    [{ event_id: control.event_id, steps: [{ result: 'delivered' }] }],
  ])
  expect(desk.lines()).toHaveLength(1)
  expect(await runCli(['replay', '--pending'], desk.env)).toEqual({ exitCode: 0, stdout: '', stderr: '' })
})

test('what is dead is replayed by replay --dead, and a line of the dead-letter file can be sent', async () => {
  const desk = createDesk()
  desk.setFault({ kind: 'payload', code: 'paper_too_small' })
  const sent = await runCli(['send', '-'], desk.env, JSON.stringify(control))
  expect([sent.exitCode, sent.stdout]).toEqual([
    1,
    `${control.event_id}\tdesk\t${key}\topen\tdead\tpaper_too_small\t-\n`,
  ])
  const { stdout: status } = await runCli(['status'], desk.env)
  expect(status).toContain(`dead\tdesk\t${key}\topen\t-\tpaper_too_small\t${control.event_id}\n`)
  const stillDead = await runCli(['replay', control.event_id], desk.env)
  expect([stillDead.exitCode, stillDead.stdout]).toMatchObject([1, expect.stringContaining('\tdead\t')])
  desk.setFault(undefined)
  const replayed = await runCli(['replay', '--dead'], desk.env)
  expect([replayed.exitCode, replayed.stdout]).toMatchObject([0, expect.stringContaining('\tdelivered\t')])
  const letter = readFileSync(desk.deadLetters, 'utf8').split('\n')[0]
  const fromLetter = await runCli(['send', '-'], desk.env, letter)
  expect(fromLetter).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(control.event_id) })
  expect(desk.lines()).toHaveLength(1)
})

test('replay refuses an event that the ledger has not, and a call that names none', async () => {
  const desk = createDesk()
  await runCli(['send', '-'], desk.env, JSON.stringify(control))
  expect(await runCli(['replay', 'nonsense'], desk.env)).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `The ledger ${desk.ledger} has no event nonsense.\n`,
  })
  expect(await runCli(['replay'], desk.env)).toMatchObject({
    exitCode: 2,
    stderr: 'Name events by their ids, or give --dead or --pending.\n',
  })
})

test('status lists what is open and what waits, as lines, as JSON and as tables', async () => {
  const desk = createDesk()
  const env = desk.configure(
    `routes: [{ match: { control: CC6.* }, to: [desk], owner: iam, due: 7d }]
mutes: [{ match: { control: CC6.2 }, until: 2999-01-31T00:00:00Z, reason: Accepted, approved_by: ciso@acme.example }]`,
  )
  await runCli(['send', '-'], env, JSON.stringify(control))
  const muted = {
    ...control,
    event_id: '7d4f3c1e-0000-4000-8000-000000000002',
    data: { ...control.data, control_id: 'CC6.2' },
  }
  await runCli(['send', '-'], env, JSON.stringify(muted))
  const proof = `line ${desk.lines()[0]?.id}`
  // It needs nothing but the ledger.
  const ledgerOnly = { FORWARDER_LEDGER: desk.ledger }
  expect(await runCli(['status'], ledgerOnly)).toEqual({
    exitCode: 0,
    stderr: '',
    stdout: `open\tdesk\t${key}\twarning\t2026-03-01T12:00:00.000Z\t1\tiam\t2026-03-08T12:00:00.000Z\t${proof}
open\tdesk\tcw:acme:control:soc 2:cc6.2\twarning\t2026-03-01T12:00:00.000Z\t1\tiam\t2026-03-08T12:00:00.000Z\t-
held\tdesk\tcw:acme:control:soc 2:cc6.2\topen\t2999-01-31T00:00:00.000Z\tmuted\t${muted.event_id}
`,
  })
  const { stdout } = await runCli(['status', '--json'], ledgerOnly)
  expect(JSON.parse(stdout)).toMatchObject({
    open: [{ target: 'desk', key, severity: 'warning', count: 1, owner: 'iam', proof }, { proof: null }],
    steps: [{ state: 'held', action: 'open', reason: 'muted', not_before: '2999-01-31T00:00:00.000Z' }],
    unfinished_events: 0,
  })
  const terminal = await runCliOnTerminal(['status'], ledgerOnly)
  expect(terminal.stdout.replaceAll('\r\n', '\n')).toMatch(
    /^STATE {2}TARGET {2}KEY .*\nopen {3}desk {4}cw:acme:control:soc 2:cc6\.1 {2}warning .*\n.*\n\nNot told yet:\nSTATE .*\nheld {3}desk /,
  )
})

test('resolve ends what is open for a key beside a running serve, once', async () => {
  const desk = createDesk()
  const serve = await startServe(desk.env)
  const event = failed('CC6.1')
  await deliver(serve.url, event)
  const resolved = await runCli(['resolve', key, '--by', 'Ada', '--json'], desk.env)
  expect([resolved.exitCode, JSON.parse(resolved.stdout)]).toMatchObject([
    0,
    {
      key,
      by: 'Ada',
      steps: [{ target: 'desk', action: 'resolve', result: 'delivered' }],
      retry_after_seconds: null,
    },
  ])
  expect(desk.lines().map(({ action }) => action)).toEqual(['open', 'resolve'])
  expect(await runCli(['resolve', key, '--by', 'Ada'], desk.env)).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `Nothing is open for "${key}". paper-forwarder status lists what is.\n`,
  })
  // The serve knows of it.
  expect(await deliver(serve.url, failed('CC6.1', -5))).toMatchObject({
    body: { steps: [{ result: 'stale' }] },
  })
  expect(await deliver(serve.url, passed('CC6.1', 5))).toMatchObject({
    body: { steps: [{ result: 'unchanged' }] },
  })
})

test('ledger export prints who was told what, and ledger verify finds what was changed', async () => {
  const desk = createDesk()
  await runCli(['send', '-'], desk.env, JSON.stringify(control))
  const other = { event: control.event, data: { ...control.data, framework: '=HYPERLINK("x")' } }
  await runCli(['send', '-'], desk.env, JSON.stringify(other))
  const jsonl = await runCli(['ledger', 'export', '--framework', 'soc 2'], desk.env)
  const entries = jsonl.stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  expect(entries).toMatchObject([
    {
      seq: 1,
      event_id: control.event_id,
      target: 'desk',
      key,
      framework: 'SOC 2',
      control: 'CC6.1',
      result: 'decided',
    },
    { seq: 2, operation: 'write_line', result: 'done', proof: `line ${desk.lines()[0]?.id}` },
  ])
  const csv = await runCli(['ledger', 'export', '--format', 'csv'], desk.env)
  const lines = csv.stdout.split('\r\n')
  expect(lines[0]).toBe(
    'seq,at,event_id,event,target,key,framework,control,action,operation,result,reason,proof,prev_hash,hash',
  )
  expect(lines).toHaveLength(6)
  expect(lines[3]).toContain(`,"'=HYPERLINK(""x"")",CC6.1,open,`)
  const none = await runCli(['ledger', 'export', '--to', '2020-01-01'], desk.env)
  expect(none).toEqual({ exitCode: 0, stdout: '', stderr: '' })

  const intact = await runCli(['ledger', 'verify'], desk.env)
  expect([intact.exitCode, intact.stdout]).toEqual([0, expect.stringMatching(/^intact\t4\t[0-9a-f]{64}\n$/)])
  const database = new DatabaseSync(desk.ledger)
  // Whoever changes an entry can also drop what keeps others from it.
  for (const { name } of database.prepare(`SELECT name FROM sqlite_master WHERE type = 'trigger'`).all()) {
    database.exec(`DROP TRIGGER ${String(name)}`)
  }
  database.exec(`UPDATE entry SET target = 'attic' WHERE seq = 2`)
  database.close()
  const broken = await runCli(['ledger', 'verify'], desk.env)
  expect([broken.exitCode, broken.stdout]).toEqual([
    1,
    'broken\t2\tchanged\tEntry 2 is not as it was written.\n',
  ])
  const json = await runCli(['ledger', 'verify', '--json'], desk.env)
  expect([json.exitCode, JSON.parse(json.stdout)]).toMatchObject([
    1,
    { status: 'broken', seq: 2, problem: 'changed' },
  ])
})

test.each([
  ['status'],
  ['replay', '--dead'],
  ['resolve', key, '--by', 'Ada'],
  ['ledger', 'export'],
  ['ledger', 'verify'],
])('%s %s without a ledger exits with 1, says which it looked for, and makes none', async (...args) => {
  const desk = createDesk()
  expect(await runCli(args, desk.env)).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `There is no ledger ${desk.ledger}. serve makes it; FORWARDER_LEDGER names another.\n`,
  })
  expect(existsSync(desk.ledger)).toBe(false)
})

test('schema prints a JSON Schema with what the app adds', async () => {
  const { exitCode, stdout } = await runCli(['schema'])
  expect([exitCode, JSON.parse(stdout)]).toMatchObject([
    0,
    { title: 'Configuration of paper-forwarder', properties: { paper: {}, targets: {}, routes: {} } },
  ])
})

test('no command prints a secret', async () => {
  const desk = createDesk()
  const env = desk.configure()
  const event = JSON.stringify(control)
  const results = [
    await runCli(['check', '--json'], env),
    await runCli(['explain', '-', '--json'], env, event),
    await runCli(['send', '-', '--json'], env, event),
    await runCli(['status', '--json'], env),
    await runCli(['ledger', 'export'], env),
    await runCli(['check'], { ...env, THE_TOKEN: 'abc' }),
    await runCli(['check'], { ...env, THE_SECRET: `${secret}!` }),
  ]
  expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0, 2, 2])
  const printed = JSON.stringify(results)
  expect(printed).not.toContain(token)
  expect(printed).not.toContain(secret.slice(8))
})
