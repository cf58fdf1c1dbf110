import { existsSync, writeFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { runCli } from '../support/cli.ts'
import { createDesk, type Desk } from '../support/desk.ts'

vi.setConfig({ testTimeout: 60_000 })

const routes = `
routes:
  - match: { control: CC7.* }
    to: [desk]
  - match: { event: compliance.control_failed, control: CC6.* }
    to: [desk]
    severity: critical
    owner: iam
    due: 7d
  - match: { event: scan.failed }
    to: [desk]
    quiet_hours: { from: '22:00', to: '07:00', time_zone: Europe/Berlin }
mutes: [{ match: { control: CC6.9 }, until: 2999-01-31T00:00:00Z, reason: Accepted, approved_by: ciso@acme.example }]
`

const event = {
  event: 'compliance.control_failed',
  event_id: '7d4f3c1e-0000-4000-8000-000000000001',
  timestamp: '2026-03-01T12:00:00Z',
  data: { control_id: 'CC6.1', framework: 'SOC 2', previous_status: 'passed', new_status: 'failed' },
}

test('explain says who would be told what and why, and what a recovery does, and leaves no ledger behind', async () => {
  const desk = createDesk()
  const { exitCode, stdout, stderr } = await runCli(
    ['explain', '-'],
    desk.configure(routes),
    JSON.stringify(event),
  )
  expect([exitCode, stderr]).toEqual([0, ''])
  expect(stdout.replace(desk.paper, '<paper>')).toBe(
    `compliance.control_failed of 2026-03-01T12:00:00Z (7d4f3c1e-0000-4000-8000-000000000001)

desk: open, delivered
  Would be sent now.
  routes[1] matches event "compliance.control_failed" by compliance.control_failed, control "CC6.1" by CC6.*.
  Severity critical by routes[1].
  Key cw:acme:control:soc 2:cc6.1, severity critical.
  Owner iam.
  Due 2026-03-08T12:00:00.000Z.
  Says: CC6.1 of SOC 2 went from passed to failed.
  write_line:
    {
      "paper": "<paper>",
      "action": "open",
      "key": "cw:acme:control:soc 2:cc6.1"
    }
  The next recovery does: write_line.
`,
  )
  expect([existsSync(desk.ledger), desk.lines()]).toEqual([false, []])
})

test.each([
  {
    name: 'nobody',
    data: { ...event.data, control_id: 'CC1.1' },
    says: [
      'nobody: ignored',
      'Tells nothing. No route matches.',
      'routes[0] does not match: control is "CC1.1", not CC7.*.',
      'routes[1] does not match: control is "CC1.1", not CC6.*.',
    ],
  },
  {
    name: 'a mute',
    data: { ...event.data, control_id: 'CC6.9' },
    says: [
      'desk: open, held',
      'Would wait in the ledger. mutes[0] until 2999-01-31T00:00:00.000Z: Accepted (ciso@acme.example).',
    ],
  },
])('explain says that it is for $name', async ({ data, says }) => {
  const file = JSON.stringify({ event: event.event, data })
  const { stdout } = await runCli(['explain', '-'], createDesk().configure(routes), file)
  for (const line of says) expect(stdout).toContain(line)
})

test('explain --json reads the ledger: an event that is known, one that is late, one where it is open', async () => {
  const desk = createDesk()
  const env = desk.configure(routes)
  await runCli(['send', '-'], env, JSON.stringify(event))
  const before = desk.lines()
  expect(await explained(env, event)).toMatchObject({
    event,
    admitted_at: expect.any(String),
    steps: [{ target: 'desk', route: 1, action: 'repeat', result: 'delivered', severity: 'critical' }],
  })
  const late = { event: event.event, timestamp: '2026-03-01T11:00:00Z', data: event.data }
  expect(await explained(env, late)).toMatchObject({
    admitted_at: null,
    steps: [{ target: 'desk', action: 'late', result: 'stale', reason: 'newer_event_known', operations: [] }],
  })
  const sticky = await explained(desk.configure('routes: [{ match: { control: CC7.* }, to: [desk] }]'), {
    event: event.event,
    data: event.data,
  })
  expect(sticky).toMatchObject({
    steps: [
      {
        target: 'desk',
        route: null,
        why: ['No route sends it there any more, but its alert is open there.'],
      },
    ],
  })
  expect(desk.lines()).toEqual(before)
})

test.each([
  {
    name: 'a file that is not there',
    args: ['explain', '/nowhere.json'],
    says: 'The file /nowhere.json cannot be read (ENOENT).',
  },
  { name: 'no JSON', stdin: '{', says: 'stdin is not JSON.' },
  { name: 'no event', stdin: '[]', says: 'stdin is no event:\n' },
  {
    name: 'an envelope that is wrong in several ways',
    stdin: JSON.stringify({ event: 1, event_id: 'x', timestamp: 'now' }),
    says: 'stdin is no event:\n  event must be the type of the event, such as "scan.completed"\n  event_id must be a UUID\n  timestamp must be RFC 3339, such as 2026-03-01T12:00:00Z\n  data must be an object\n',
  },
  {
    name: 'data that are not of its type',
    stdin: JSON.stringify({ event: 'compliance.control_failed', data: { control_id: 6 } }),
    says: 'stdin is no compliance.control_failed:\n  data.control_id must be of type string\n  data.framework is missing\n',
  },
])('explain and send refuse $name, and exit with 2', async ({ args = ['send', '-'], stdin = '', says }) => {
  const { exitCode, stdout, stderr } = await runCli(args, createDesk().env, stdin)
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toContain(says)
})

async function explained(env: ReturnType<Desk['configure']>, content: unknown): Promise<unknown> {
  const file = `${env['FORWARDER_LEDGER']}.event.json`
  writeFileSync(file, JSON.stringify(content))
  const { stdout } = await runCli(['explain', file, '--json'], env)
  return JSON.parse(stdout)
}
