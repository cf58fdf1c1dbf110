import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, test, vi } from 'vitest'
import { runCli, runCliInShell, runCliOnTerminal, startServe } from '../support/cli.ts'
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
    `ok\tconfiguration_valid\tThe environment is valid.\t-
ok\tledger_creatable\tThe ledger ${desk.ledger} does not exist yet, and can be made.\t-
ok\tdead_letters_creatable\tThe dead-letter file ${desk.deadLetters} does not exist yet, and can be made.\t-
ok\tpaper_there\tPaper ${desk.paper} is there.\t-\n`,
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
        expect.objectContaining({ status: 'ok', code: 'ledger_creatable' }),
        expect.objectContaining({ status: 'ok', code: 'dead_letters_creatable' }),
        { status: 'failed', code: 'paper_locked', message: 'The drawer is locked.', fix: 'Unlock it.' },
      ],
    },
  ])
  const terminal = await runCliOnTerminal(['check'], { ...env, NO_COLOR: '1' })
  expect(terminal.stdout.replaceAll('\r\n', '\n')).toContain(
    'failed   The drawer is locked.\n         → Unlock it.\n',
  )
})

test('check tells of files that serve could not use, and changes none', async () => {
  const desk = createDesk()
  writeFileSync(desk.ledger, 'no ledger at all\n'.repeat(100))
  const env = { ...desk.env, FORWARDER_DEAD_LETTERS: desk.path('none/dead.jsonl') }
  const { exitCode, stdout } = await runCli(['check', '--json'], env)
  expect([exitCode, JSON.parse(stdout)]).toMatchObject([
    1,
    {
      findings: [
        {},
        { status: 'failed', code: 'ledger_unusable', message: expect.stringContaining('is no ledger') },
        { status: 'failed', code: 'dead_letters_unusable', message: expect.stringContaining('(ENOENT)') },
        {},
      ],
    },
  ])
  expect(readFileSync(desk.ledger, 'utf8')).toContain('no ledger at all')
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
  expect(again.stderr).toMatch(
    /^Event 7d4f3c1e-\S+ is already in the ledger since \S+Z; nothing sent\. paper-forwarder replay /,
  )
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

test.each([
  { name: 'data', change: { data: { ...control.data, control_id: 'CC6.2' } } },
  { name: 'timestamp', change: { timestamp: '2026-03-01T12:00:01Z' } },
  { name: 'event', change: { event: 'policy.expired' } },
])('send refuses an event with the id of another whose $name differs', async ({ name, change }) => {
  const desk = createDesk()
  await runCli(['send', '-'], desk.env, JSON.stringify(control))
  const sent = await runCli(['send', '-'], desk.env, JSON.stringify({ ...control, ...change }))
  expect(sent).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(
      new RegExp(`is already in the ledger since \\S+Z, with other content \\(${name}\\); nothing sent\\. `),
    ),
  })
  expect(desk.lines()).toHaveLength(1)
})

function inMinutes(minutes: number): string {
  return JSON.stringify({ ...control, timestamp: new Date(Date.now() + minutes * 60_000).toISOString() })
}

test('send takes an event that is ahead of this clock as far as webhook.clock_skew allows, and no further', async () => {
  const desk = createDesk()
  expect(await runCli(['send', '-'], desk.env, inMinutes(20))).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringMatching(
      /^The timestamp \S+ is in the future; it is \S+, and webhook\.clock_skew allows 300 s\./,
    ),
  })
  expect(desk.lines()).toEqual([])
  expect(await runCli(['send', '-'], desk.env, inMinutes(2))).toMatchObject({ exitCode: 0 })
})

test.each([
  {
    name: 'a device',
    path: '/dev/zero',
    stderr: 'The file /dev/zero cannot be read (it is no file; - reads stdin).\n',
  },
  { name: 'nothing', path: '/none', stderr: 'The file /none cannot be read (ENOENT).\n' },
])('an event is not read from $name', async ({ path, stderr }) => {
  expect(await runCli(['send', path], createDesk().env)).toEqual({ exitCode: 2, stdout: '', stderr })
})

test('data with more levels than can be stored are refused with the name of the field', async () => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
  const json = JSON.stringify({ ...control, data: { ...control.data, extra: 'DEEP' } }).replace(
    '"DEEP"',
    deep,
  )
  expect(await runCli(['send', '-'], createDesk().env, json)).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'stdin cannot be forwarded:\n  data.extra has more than 100 levels\n',
  })
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

test.each([
  { args: ['--from', '2026-02-30'], says: '--from: Expected a day' },
  { args: ['--from', '2026-02-30T00:00:00Z'], says: '--from: Expected a day' },
  { args: ['--to', '2026-03-01T12:00:00'], says: '--to: Expected a day' },
  { args: ['--to', '2026-03-01 12:00'], says: '--to: Expected a day' },
  {
    args: ['--from', '2026-03-01', '--to', '2026-03-01T01:00:00+01:00'],
    says: '--to: Expected an instant after',
  },
])('ledger export $args exits with 2', async ({ args, says }) => {
  const { exitCode, stderr, stdout } = await runCli(['ledger', 'export', ...args], createDesk().env)
  expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining(says)])
})

test('output that cannot be written is an error, and one that nobody reads to its end is not', async () => {
  const desk = createDesk()
  await runCli(['send', '-'], desk.env, JSON.stringify(control))
  for (const command of [
    'ledger export',
    'ledger export --format csv',
    'ledger verify',
    'status',
    'schema',
  ]) {
    expect(await runCliInShell(`${command} > /dev/full`, desk.env)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'The output could not be written (ENOSPC), and is not complete.\n',
    })
  }
  expect(await runCliInShell('schema | true; exit "${PIPESTATUS[0]}"', desk.env)).toMatchObject({
    exitCode: 0,
  })
})

test('texts of others divide no cell and hide nothing', async () => {
  const desk = createDesk()
  const data = { ...control.data, control_id: 'CC6.1;=1+1', framework: 'SOC\u202E2\u2028\u009B' }
  await runCli(['send', '-'], desk.env, JSON.stringify({ ...control, data }))
  const csv = await runCli(['ledger', 'export', '--format', 'csv'], desk.env)
  const [, line = ''] = csv.stdout.split('\r\n')
  expect(line).toContain(`"CC6.1;'=1+1"`)
  const json = await runCli(['ledger', 'export'], desk.env)
  const [first = ''] = json.stdout.split('\n')
  expect(JSON.parse(first)).toMatchObject({ control: 'CC6.1;=1+1' })
  expect(`${csv.stdout}${json.stdout}`).not.toMatch(/[\u202E\u2028\u009B]/)
})

test('a ledger that is no ledger, or is damaged, is said to be so, and left as it is', async () => {
  const desk = createDesk()
  writeFileSync(desk.ledger, 'no ledger at all\n'.repeat(100))
  for (const command of ['status', 'ledger export', 'ledger verify']) {
    expect(await runCli(command.split(' '), desk.env)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(/^The file \S+ is no ledger, or its beginning is damaged: /),
    })
  }
})

test('ledger verify --contains finds a ledger that was replaced by another', async () => {
  const desk = createDesk()
  await runCli(['send', '-'], desk.env, JSON.stringify(control))
  const [, , head = ''] = (await runCli(['ledger', 'verify'], desk.env)).stdout.trim().split('\t')
  const later = { ...control, event_id: '7d4f3c1e-0000-4000-8000-000000000002' }
  await runCli(['send', '-'], desk.env, JSON.stringify(later))
  expect(await runCli(['ledger', 'verify', '--contains', head], desk.env)).toMatchObject({ exitCode: 0 })
  const other = '0123456789abcdef'.repeat(4)
  const found = await runCli(['ledger', 'verify', '--contains', other, '--json'], desk.env)
  expect([found.exitCode, JSON.parse(found.stdout)]).toMatchObject([
    1,
    { status: 'broken', problem: 'not_contained' },
  ])
  expect(await runCli(['ledger', 'verify', '--contains', 'abc'], desk.env)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--contains: Expected a hash'),
  })
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
