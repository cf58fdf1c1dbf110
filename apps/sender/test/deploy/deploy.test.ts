import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readConfig } from '@complywise/service'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { configDefinition } from '../../src/config.ts'
import { runSender } from '../support/run-sender.ts'
import { openTestStore, type Row, type TestStore } from '../support/test-store.ts'
import { scrape } from '../telemetry/support/scrape.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const root = join(import.meta.dirname, '../../../..')
const deploy = join(import.meta.dirname, '../../deploy')

function read(name: string): string {
  return readFileSync(join(deploy, name), 'utf8')
}

function readYaml(name: string): Row {
  return parse(read(name), { merge: true })
}

describe('Dockerfile', () => {
  const lines = read('Dockerfile').replaceAll('\\\n', ' ').split('\n')
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM')))

  function valueOf(instruction: string): string {
    return last.find((line) => line.startsWith(`${instruction} `))?.slice(instruction.length + 1) ?? ''
  }

  test('copies what is there, and lets nothing else into the build', () => {
    const sources = lines
      .filter((line) => /^COPY (?!--from)/.test(line))
      .flatMap((line) => line.split(' ').slice(1, -1))
    expect(sources.filter((source) => !existsSync(join(root, source)))).toEqual([])
    const allowed = read('Dockerfile.dockerignore').match(/^!.*/gm) ?? []
    expect(allowed.map((line) => line.slice(1)).toSorted()).toEqual(sources.toSorted())
  })

  test('installs with the package manager of the repository, exactly what the lock file says', () => {
    const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(lines).toContain(`RUN npm install --global ${packageManager}`)
    expect(lines.find((line) => line.startsWith('RUN pnpm install'))).toMatch(/--frozen-lockfile --prod/)
  })

  test('runs the command as a user that is not root, and asks it how it is', () => {
    expect(valueOf('USER')).toBe('1000:1000')
    expect(existsSync(join(root, JSON.parse(valueOf('ENTRYPOINT')).at(-1)))).toBe(true)
    expect(JSON.parse(valueOf('CMD'))).toEqual(['serve'])
    expect(valueOf('EXPOSE')).toBe('8080 9464')
  })

  test('its health check passes where a sender answers, and fails elsewhere', async () => {
    const [, ...args] = JSON.parse(/CMD (\[.*\])/.exec(valueOf('HEALTHCHECK'))?.[1] ?? '')
    const store = await openTestStore()
    const sender = await runSender(store, { SENDER_ROLES: 'api' })
    const run = promisify(execFile)
    const env = { SENDER_OPERATIONS_PORT: new URL(sender.operationsUrl).port }
    await expect(run(process.execPath, args, { env })).resolves.toBeDefined()
    await sender.stop()
    await expect(run(process.execPath, args, { env })).rejects.toMatchObject({ code: 1 })
    await store.close()
  })
})

describe('compose.yaml', () => {
  const { services } = readYaml('compose.yaml')

  test('gives senders settings that there are, and a stop that is longer than what stopping takes', () => {
    const given = { ...services.sender.environment }
    const filled = Object.entries(given).map(([name, value]) => [name, String(value)])
    const env = Object.fromEntries(filled)
    env['DATABASE_URL'] = env['DATABASE_URL'].replace(/\$\{.*?\}/, 'secret')
    env['SENDER_ENCRYPTION_KEY'] = Buffer.alloc(32).toString('base64')
    const result = readConfig(configDefinition, env)
    expect(result).toMatchObject({ kind: 'valid' })
    if (result.kind === 'invalid') return
    const { drainDelayMs, shutdownGraceMs } = result.config
    expect(Number.parseInt(services.sender.stop_grace_period, 10) * 1000).toBeGreaterThan(
      drainDelayMs + shutdownGraceMs + 40_000,
    )
  })

  test('migrates before senders start, and runs two that can write nothing but to the database', () => {
    expect(services.sender.depends_on).toEqual({ migrate: { condition: 'service_completed_successfully' } })
    expect(services.migrate.depends_on).toEqual({ postgres: { condition: 'service_healthy' } })
    expect(services.sender.deploy).toEqual({ replicas: 2 })
    expect(services.sender).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
  })

  test('mounts files that are there', () => {
    const mounts: readonly string[] = Object.values<Row>(services).flatMap(({ volumes = [] }) => volumes)
    const files = mounts.map((mount) => mount.split(':')[0] ?? '').filter((path) => path.startsWith('./'))
    expect(files.length).toBeGreaterThan(3)
    expect(files.filter((path) => !existsSync(join(deploy, path)))).toEqual([])
  })

  test('holds no secret, and no password that everybody knows', () => {
    expect(services.grafana.environment.GF_AUTH_DISABLE_LOGIN_FORM).toBe('true')
    expect(services.postgres.environment.POSTGRES_PASSWORD).toMatch(/^\$\{POSTGRES_PASSWORD:\?/)
    expect(services.sender.environment.SENDER_ENCRYPTION_KEY).toMatch(/^\$\{SENDER_ENCRYPTION_KEY:\?/)
  })
})

describe('alerts and dashboard', () => {
  let store: TestStore
  let names: readonly string[]

  beforeAll(async () => {
    store = await openTestStore()
    const sender = await runSender(store)
    const metrics = await scrape(sender.operationsUrl)
    await sender.stop()
    names = [...metrics].flatMap(([name, { type }]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    )
  })
  afterAll(() => store.close())

  const rules: readonly Row[] = readYaml('alerts.yml')['groups'].flatMap(({ rules }: Row) => rules)
  const dashboard: Row = JSON.parse(read('grafana/dashboard.json'))
  const targets: readonly Row[] = dashboard['panels'].flatMap(({ targets = [] }: Row) => targets)

  test('every metric that an alert or a panel asks for is served', () => {
    const asked = metricsOf([...rules, ...targets].map(({ expr }) => expr))
    expect(asked.length).toBeGreaterThan(50)
    expect(asked.filter((name) => !names.includes(name))).toEqual([])
  })

  test('the dashboard shows every metric of the sender’s own', () => {
    const shown = new Set(metricsOf(targets.map(({ expr }) => expr)))
    const families = names
      .filter((name) => name.startsWith('complywise_sender_'))
      .filter(
        (name) => !/_(sum|count)$/.test(name) || !names.includes(name.replace(/_(sum|count)$/, '_bucket')),
      )
      .filter((name) => name !== 'complywise_sender_queue_operation_deliveries_bucket')
    expect(families.filter((name) => !shown.has(name))).toEqual([])
  })

  test('every alert has a heading in docs/operation.md, and leads there', () => {
    const guide = readFileSync(join(root, 'docs/operation.md'), 'utf8')
    const headings = [...guide.matchAll(/^### (ComplyWiseSender\w+)$/gm)].map(([, name]) => name)
    expect(headings).toEqual(rules.map(({ alert }) => alert))
    for (const { alert, annotations } of rules) {
      expect(annotations.runbook_url).toBe(
        `https://github.com/complywise/webhooks/blob/main/docs/operation.md#${alert.toLowerCase()}`,
      )
    }
  })

  test('every alert is proved by alerts.test.yml', () => {
    const [quiet, loud] = readYaml('alerts.test.yml')['tests']
    const alerts = rules.map(({ alert }) => alert)
    expect(quiet.alert_rule_test.map(({ alertname }: Row) => alertname)).toEqual(alerts)
    expect(
      loud.promql_expr_test[0].exp_samples.map(({ labels }: Row) => /"(\w+)"/.exec(labels)?.[1]),
    ).toEqual(alerts)
  })

  test('panels have ids of their own and lie beside each other', () => {
    const ids = dashboard['panels'].map(({ id }: Row) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { gridPos } of dashboard['panels']) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
  })

  // Debian's package prometheus has it.
  test.skipIf(!hasPromtool())('promtool takes the rules and their tests', () => {
    execFileSync('promtool', ['check', 'config', join(deploy, 'prometheus.yml')])
    const output = execFileSync('promtool', ['test', 'rules', join(deploy, 'alerts.test.yml')], {
      encoding: 'utf8',
    })
    expect(output).toContain('SUCCESS')
  })
})

function metricsOf(expressions: readonly string[]): readonly string[] {
  return expressions.flatMap((expression) => expression.match(/\b(complywise|nodejs|process)_\w+/g) ?? [])
}

function hasPromtool(): boolean {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
