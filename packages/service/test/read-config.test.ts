import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  defineConfig,
  type Environment,
  flag,
  formatConfigProblems,
  integer,
  list,
  milliseconds,
  readConfig,
  seconds,
} from '../src/index.ts'

const definition = defineConfig({
  prefix: 'SENDER_',
  settings: {
    port: {
      env: 'SENDER_PORT',
      schema: integer({ min: 0, max: 65_535 }).default(8080),
      description: 'Port of the API.',
    },
    attemptTimeoutMs: {
      env: 'SENDER_ATTEMPT_TIMEOUT_MS',
      schema: milliseconds({ min: 100, max: 60_000 }).default(15_000),
      description: 'Total time of one attempt.',
    },
    leaseSeconds: {
      env: 'SENDER_LEASE_SECONDS',
      schema: seconds({ min: 1, max: 600 }).default(60),
      description: 'How long a claim lasts.',
    },
    roles: {
      env: 'SENDER_ROLES',
      schema: list().default(['api', 'dispatcher']),
      description: 'What this process does.',
    },
    strict: { env: 'SENDER_STRICT', schema: flag().default(false), description: 'Refuse what is doubtful.' },
    databaseUrl: {
      env: 'DATABASE_URL',
      schema: z.string().startsWith('postgres').optional(),
      secret: true,
      description: 'PostgreSQL to use.',
    },
    encryptionKey: {
      env: 'SENDER_ENCRYPTION_KEY',
      schema: z.string().min(12),
      secret: true,
      description: 'Encrypts secrets at rest.',
    },
  },
  rules: [
    (config) =>
      config.leaseSeconds * 1000 > config.attemptTimeoutMs
        ? undefined
        : { variable: 'SENDER_LEASE_SECONDS', problem: 'is shorter than an attempt', remedy: 'Raise it.' },
  ],
})

const key = 'correct horse battery'
const directory = mkdtempSync(join(tmpdir(), 'complywise-config-'))
const keyFile = join(directory, 'key')
writeFileSync(keyFile, `${key}\n`)
const emptyFile = join(directory, 'empty')
writeFileSync(emptyFile, '\n')
afterAll(() => {
  rmSync(directory, { recursive: true })
})

function problemsOf(env: Environment): readonly string[] {
  const result = readConfig(definition, env)
  if (result.kind === 'valid') throw new Error('The configuration is valid.')
  return result.problems.map(({ variable, problem, remedy }) => `${variable} ${problem}. ${remedy}`)
}

describe('readConfig', () => {
  it('reads what is set, fills in defaults and leaves optional settings out', () => {
    expect(
      readConfig(definition, { SENDER_PORT: '0', SENDER_ENCRYPTION_KEY: key, SENDER_ROLES: ' api,, ' }),
    ).toEqual({
      kind: 'valid',
      config: {
        port: 0,
        attemptTimeoutMs: 15_000,
        leaseSeconds: 60,
        roles: ['api'],
        strict: false,
        databaseUrl: undefined,
        encryptionKey: key,
      },
    })
  })

  it('freezes the configuration and the values in it', () => {
    const result = readConfig(definition, { SENDER_ENCRYPTION_KEY: key })
    const config = 'config' in result ? result.config : undefined
    expect([config, config?.roles].map((value) => Object.isFrozen(value))).toEqual([true, true])
    expect(config?.roles).toEqual(['api', 'dispatcher'])
  })

  it('takes a setting whose value is bytes', () => {
    const schema = z.string().transform((text) => Buffer.from(text, 'base64'))
    const settings = { key: { env: 'SENDER_KEY', schema, description: 'A key.' } }
    expect(readConfig(defineConfig({ prefix: 'SENDER_', settings }), { SENDER_KEY: 'AQID' })).toEqual({
      kind: 'valid',
      config: { key: Buffer.from([1, 2, 3]) },
    })
  })

  it('treats an empty variable as one that is not set', () => {
    expect(
      readConfig(definition, { SENDER_PORT: '', DATABASE_URL: '', SENDER_ENCRYPTION_KEY: key }),
    ).toMatchObject({
      kind: 'valid',
      config: { port: 8080, databaseUrl: undefined },
    })
  })

  it.each(['true', '1'])('reads %s as a switch that is on', (text) => {
    expect(readConfig(definition, { SENDER_STRICT: text, SENDER_ENCRYPTION_KEY: key })).toMatchObject({
      config: { strict: true },
    })
  })

  it('lists every problem at once', () => {
    expect(
      problemsOf({ SENDER_PORT: '80a', SENDER_STRICT: 'yes', SENDER_LEASE_SECONDS: '0', SENDER_PROT: '1' }),
    ).toEqual([
      'SENDER_PORT must be a whole number from 0 to 65535, but is "80a". Port of the API.',
      'SENDER_LEASE_SECONDS must be a whole number of seconds from 1 to 600, but is "0". How long a claim lasts.',
      'SENDER_STRICT must be true or false, but is "yes". Refuse what is doubtful.',
      'SENDER_ENCRYPTION_KEY is required. Encrypts secrets at rest. Set it, or set SENDER_ENCRYPTION_KEY_FILE to the path of a file that holds it.',
      'SENDER_PROT is not a setting. Did you mean SENDER_PORT?',
    ])
  })

  it.each(['8080.5', '1e3', '0x10', ' 80', '-1', '65536', '99999999999999999999', '٨'])(
    'refuses %j as a port',
    (text) => {
      expect(problemsOf({ SENDER_PORT: text, SENDER_ENCRYPTION_KEY: key })).toEqual([
        `SENDER_PORT must be a whole number from 0 to 65535, but is ${JSON.stringify(text)}. Port of the API.`,
      ])
    },
  )

  it('applies the rules between settings once each is valid', () => {
    expect(problemsOf({ SENDER_LEASE_SECONDS: '10', SENDER_ENCRYPTION_KEY: key })).toEqual([
      'SENDER_LEASE_SECONDS is shorter than an attempt. Raise it.',
    ])
  })

  it('says when a value was put there by Kubernetes for a Service of the same name', () => {
    expect(
      problemsOf({
        SENDER_PORT: 'tcp://10.0.0.1:80',
        SENDER_SERVICE_HOST: '10.0.0.1',
        SENDER_SERVICE_PORT_HTTP: '80',
        SENDER_PORT_80_TCP_ADDR: '10.0.0.1',
        SENDER_ENCRYPTION_KEY: key,
      }),
    ).toEqual([expect.stringContaining('enableServiceLinks: false')])
  })
})

describe('an unknown variable with the prefix', () => {
  it.each([
    ['SENDER_LEASE', 'Did you mean SENDER_LEASE_SECONDS?'],
    ['SENDER_ATTEMPT_TIMEOUT_S', 'Did you mean SENDER_ATTEMPT_TIMEOUT_MS?'],
    ['SENDER_ENCRYPTION_KEYFILE', 'Did you mean SENDER_ENCRYPTION_KEY_FILE?'],
    ['SENDER_PORT_FILE', 'Did you mean SENDER_PORT?'],
    ['SENDER_SOMETHING_ELSE_ENTIRELY', 'Remove it, or look its name up in --help.'],
  ])('%s is a problem: %s', (variable, remedy) => {
    expect(problemsOf({ [variable]: key, SENDER_ENCRYPTION_KEY: key })).toEqual([
      `${variable} is not a setting. ${remedy}`,
    ])
  })
})

describe('a secret', () => {
  it('is read from the file that its _FILE variable names, without the newline at its end', () => {
    expect(readConfig(definition, { SENDER_ENCRYPTION_KEY_FILE: keyFile })).toMatchObject({
      kind: 'valid',
      config: { encryptionKey: key },
    })
  })

  it.each([
    [
      'both are set',
      { SENDER_ENCRYPTION_KEY: key, SENDER_ENCRYPTION_KEY_FILE: keyFile },
      'SENDER_ENCRYPTION_KEY and SENDER_ENCRYPTION_KEY_FILE are both set. Keep one',
    ],
    [
      'there is no such file',
      { SENDER_ENCRYPTION_KEY_FILE: '/nowhere/key' },
      'SENDER_ENCRYPTION_KEY_FILE names "/nowhere/key", which cannot be read (ENOENT)',
    ],
    ['the file is a directory', { SENDER_ENCRYPTION_KEY_FILE: directory }, 'which cannot be read (EISDIR)'],
    [
      'the file is empty',
      { SENDER_ENCRYPTION_KEY_FILE: emptyFile },
      'SENDER_ENCRYPTION_KEY_FILE is required',
    ],
  ])('is a problem when %s', (_, env, message) => {
    expect(problemsOf(env)).toEqual([expect.stringContaining(message)])
  })

  it.each([
    { SENDER_ENCRYPTION_KEY: 'hunter2' },
    { SENDER_ENCRYPTION_KEY: key, DATABASE_URL: 'mysql://root:hunter2@db' },
    { SENDER_ENCRYPTION_KEY: key, SENDER_ENCRYPTION_KEY_FILE: keyFile },
    { SENDER_ENCRIPTION_KEY: 'hunter2' },
  ])('never appears in a problem: %j', (env) => {
    const text = problemsOf(env).join('\n')
    expect(text).not.toContain('hunter2')
    expect(text).not.toContain(key)
  })

  it('never appears in a problem even when its schema repeats the value', () => {
    const talkative = defineConfig({
      prefix: 'X_',
      settings: {
        key: {
          env: 'X_KEY',
          schema: z.string().refine(() => false, { error: ({ input }) => `no such key: ${String(input)}` }),
          secret: true,
          description: 'A key.',
        },
      },
    })
    expect(readConfig(talkative, { X_KEY: 'hunter2' })).toEqual({
      kind: 'invalid',
      problems: [{ variable: 'X_KEY', problem: 'is not valid', remedy: 'A key.' }],
    })
  })
})

describe('formatConfigProblems', () => {
  it('writes one paragraph per problem', () => {
    const problem = { variable: 'SENDER_PORT', problem: 'is required', remedy: 'Set it.' }
    expect(formatConfigProblems([problem])).toBe(
      '1 problem with the configuration:\n\n  SENDER_PORT is required.\n    Set it.\n',
    )
    expect(formatConfigProblems([problem, problem])).toMatch(/^2 problems with the configuration:\n/)
  })
})
