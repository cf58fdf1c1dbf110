import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formatProblems } from '../../src/config/format-problems.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { appWithRule, goodEnvironment, sampleApp, sampleToken } from './sample-app.ts'

const now = new Date('2026-11-01T00:00:00Z')
const simple = {
  FORWARDER_INSTANCE: 'acme',
  COMPLYWISE_WEBHOOK_SECRET: goodEnvironment.COMPLYWISE_WEBHOOK_SECRET,
  SAMPLE_TOKEN: sampleToken,
  SAMPLE_CHANNEL: 'C1',
}

function load(environment: Record<string, string>) {
  return loadConfig(sampleApp, environment, now)
}

/** Everything that is wrong, as the person at the terminal reads it. */
function told(environment: Record<string, string>, fileName?: string): string {
  const loaded = load(environment)
  return formatProblems(loaded.kind === 'valid' ? loaded.warnings : loaded.problems, fileName)
}

function directory(files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = mkdtempSync(join(tmpdir(), 'forwarder-config-'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content)
  return path
}

describe('the simple case', () => {
  it('needs nothing but variables', () => {
    expect(load(simple)).toMatchObject({
      kind: 'valid',
      warnings: [],
      process: {
        ledgerPath: 'sample-forwarder.db',
        deadLettersPath: 'sample-forwarder.db.dead.jsonl',
        host: '127.0.0.1',
        port: 3000,
        operationsPort: 9465,
        logLevel: 'info',
        graceMs: 20_000,
      },
      app: {
        options: { token: sampleToken },
        targets: { c1: { channel: 'C1' } },
        webhook: { secrets: [{ id: '0', value: simple.COMPLYWISE_WEBHOOK_SECRET }] },
        settings: { instance: 'acme', routes: [{ match: {}, to: ['c1'] }], deadlineMs: 8000 },
      },
    })
  })

  it('reads a secret from a file, and looks for no references in values', () => {
    const path = directory({ token: `${sampleToken}\${HOME}\n` })
    const { SAMPLE_TOKEN: _, ...rest } = simple
    expect(load({ ...rest, SAMPLE_TOKEN_FILE: join(path, 'token') })).toMatchObject({
      kind: 'valid',
      app: { options: { token: `${sampleToken}\${HOME}` } },
    })
  })

  it.each<readonly [name: string, change: Record<string, string>, lines: readonly string[]]>([
    [
      'nothing at all',
      { FORWARDER_INSTANCE: '', COMPLYWISE_WEBHOOK_SECRET: '', SAMPLE_TOKEN: '', SAMPLE_CHANNEL: '' },
      [
        'FORWARDER_CONFIG is required.',
        'Set it to the path of a configuration file. Or, for the simple case, set FORWARDER_INSTANCE, COMPLYWISE_WEBHOOK_SECRET and SAMPLE_TOKEN, SAMPLE_CHANNEL.',
      ],
    ],
    ['no channel', { SAMPLE_CHANNEL: '' }, ['SAMPLE_CHANNEL is required.', 'Id of the channel.']],
    ['no secret', { COMPLYWISE_WEBHOOK_SECRET: '' }, ['COMPLYWISE_WEBHOOK_SECRET is required.']],
    ['no instance', { FORWARDER_INSTANCE: '' }, ['FORWARDER_INSTANCE is required.']],
    [
      'a channel that is none',
      { SAMPLE_CHANNEL: '#alerts' },
      ['SAMPLE_CHANNEL must be a channel\'s id such as C0123, but is "#alerts".'],
    ],
    ['a token that is none', { SAMPLE_TOKEN: 'hunter2hunter2' }, ['SAMPLE_TOKEN must begin with xox.']],
    ['a weak secret', { COMPLYWISE_WEBHOOK_SECRET: 'your-secret' }, ['COMPLYWISE_WEBHOOK_SECRET is weak']],
    [
      'a port that is none',
      { FORWARDER_PORT: '70000' },
      ['FORWARDER_PORT must be a whole number from 0 to 65535'],
    ],
    [
      'a misspelled variable',
      { FORWARDER_LEDGR: 'x' },
      ['FORWARDER_LEDGR is not a setting.', 'Did you mean FORWARDER_LEDGER?'],
    ],
    [
      'mistakes of several kinds at once',
      { FORWARDER_PORT: 'x', SAMPLE_CHANNEL: '', FORWARDER_INSTANCE: '' },
      [
        '3 problems with the configuration:',
        'FORWARDER_PORT must be',
        'SAMPLE_CHANNEL is required',
        'FORWARDER_INSTANCE is required',
      ],
    ],
  ])('names the variable: %s', (_, change, lines) => {
    const text = told({ ...simple, ...change })
    expect(lines.filter((line) => !text.includes(line))).toStrictEqual([])
    expect(text).not.toContain('hunter2')
    expect(text).not.toContain(sampleToken)
  })

  it('names the variables in problems between sections too', () => {
    expect(loadConfig(appWithRule, simple, now)).toMatchObject({
      problems: [{ variable: 'SAMPLE_CHANNEL', problem: 'needs more than SAMPLE_TOKEN has' }],
    })
  })
})

const file = [
  'instance: acme',
  'webhook: { secret: "${COMPLYWISE_WEBHOOK_SECRET}" }',
  'sample: { token: file:secrets-token }',
  'targets: { alerts: { channel: C1 } }',
].join('\n')

describe('a file', () => {
  it('may name secrets beside it', () => {
    const path = directory({ 'forwarder.yaml': file, 'secrets-token': `${sampleToken}\r\n` })
    const { COMPLYWISE_WEBHOOK_SECRET } = simple
    expect(load({ FORWARDER_CONFIG: join(path, 'forwarder.yaml'), COMPLYWISE_WEBHOOK_SECRET })).toMatchObject(
      {
        kind: 'valid',
        warnings: [],
        app: { options: { token: sampleToken } },
      },
    )
  })

  it('is told of together with the environment, with lines that editors follow', () => {
    const path = directory({ 'forwarder.yaml': file.replace('acme', '""') })
    const environment = { FORWARDER_CONFIG: join(path, 'forwarder.yaml'), FORWARDER_PORT: 'x' }
    expect(told(environment, 'forwarder.yaml')).toBe(
      [
        '4 problems with the configuration:',
        '',
        '  FORWARDER_PORT must be a whole number from 0 to 65535, but is "x".',
        '    Port on which events are received; 0 for any free one.',
        '',
        '  forwarder.yaml:1:11 instance must not be empty, but is "".',
        '    Names the organization, so that two of them never share an alert.',
        '',
        '  forwarder.yaml:2:20 webhook.secret refers to ${COMPLYWISE_WEBHOOK_SECRET}, which is not set.',
        '    Set it in the environment of the process.',
        '',
        '  forwarder.yaml:3:18 sample.token refers to file:secrets-token, which cannot be read (ENOENT).',
        '    Name a file that exists and that this process may read.',
        '',
      ].join('\n'),
    )
  })

  it('of another program is not told of line by line', () => {
    const keys = Array.from({ length: 100 }, (_, index) => `key_of_another_${index}: 1`)
    const path = directory({ 'forwarder.yaml': [file, ...keys].join('\n'), 'secrets-token': sampleToken })
    const { COMPLYWISE_WEBHOOK_SECRET } = simple
    const text = told({ FORWARDER_CONFIG: join(path, 'forwarder.yaml'), COMPLYWISE_WEBHOOK_SECRET })
    expect(text).toMatch(/^100 problems with the configuration:\n/)
    expect(text).toMatch(/key_of_another_49 is not a setting\.\n[^\n]*\n\n {2}… and 50 more\.\n$/)
  })

  it('makes variables of the simple case useless, which is told', () => {
    const path = directory({ 'forwarder.yaml': file, 'secrets-token': sampleToken })
    expect(told({ ...simple, FORWARDER_CONFIG: join(path, 'forwarder.yaml') })).toContain(
      'SAMPLE_CHANNEL is ignored, because FORWARDER_CONFIG names a file.',
    )
  })

  it.each([
    ['is missing', 'none.yaml', 'cannot be read (ENOENT)'],
    ['is a directory', '.', 'cannot be read (ENOTFILE)'],
    ['is too large', 'large.yaml', 'cannot be read (EFBIG)'],
    ['is UTF-16', 'utf16.yaml', 'which is not UTF-8'],
  ])('that %s is a problem', (_, name, problem) => {
    const path = directory({
      'large.yaml': '#'.repeat(1_048_577),
      'utf16.yaml': Buffer.from(`\uFEFF${file}`, 'utf16le'),
    })
    expect(told({ FORWARDER_CONFIG: join(path, name) })).toContain(problem)
  })

  it('does not wait for a device without an end', () => {
    expect(told({ FORWARDER_CONFIG: '/dev/zero' })).toContain('cannot be read (ENOTFILE)')
  })

  it('does not wait for a pipe that nobody writes to', () => {
    const path = join(directory({}), 'pipe')
    execFileSync('mkfifo', [path])
    expect(told({ FORWARDER_CONFIG: path })).toContain('cannot be read (ENOTFILE)')
  })

  it('takes a secret through a pipe', () => {
    const path = directory({ 'forwarder.yaml': file })
    const pipe = join(path, 'secrets-token')
    execFileSync('mkfifo', [pipe])
    execFileSync('sh', ['-c', `printf %s ${sampleToken} > ${pipe} &`], { stdio: 'ignore' })
    const { COMPLYWISE_WEBHOOK_SECRET } = simple
    expect(load({ FORWARDER_CONFIG: join(path, 'forwarder.yaml'), COMPLYWISE_WEBHOOK_SECRET })).toMatchObject(
      {
        kind: 'valid',
        app: { options: { token: sampleToken } },
      },
    )
  })
})

describe('a proxy', () => {
  it.each(['nonsense of a proxy', 'ftp://ada:hunter2@proxy', 'http://ada:hunter2@', 'http://proxy:99999'])(
    'that is none, %j, is a problem of its variable, and not shown',
    (proxy) => {
      for (const variable of ['HTTPS_PROXY', 'https_proxy']) {
        const text = told({ ...simple, [variable]: proxy })
        expect(text).toContain(`  ${variable} is not the http: or https: URL of a proxy.\n`)
        expect(text).not.toContain('hunter2')
      }
    },
  )

  it.each(['http://proxy:3128', 'https://ada:hunter2@proxy.example', 'proxy.example:3128', ''])(
    'such as %j is none',
    (proxy) => {
      expect(load({ ...simple, HTTPS_PROXY: proxy })).toMatchObject({ kind: 'valid' })
    },
  )
})
