import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { configJsonSchema } from '../../src/config/config-json-schema.ts'
import { formatFileReference } from '../../src/config/format-file-reference.ts'
import { goodFile, sampleApp } from './sample-app.ts'

const schema = configJsonSchema(sampleApp)
const validate = new Ajv2020({ strict: true, strictRequired: false, validateFormats: false }).compile(schema)

/** The good file, changed. */
function good(change: Record<string, unknown> = {}): unknown {
  // A section without a value is absent.
  const { scans: _, ...file } = z.record(z.string(), z.unknown()).parse(parse(goodFile))
  return { ...file, ...change }
}

describe('the JSON Schema of the file', () => {
  it('is draft 2020-12', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'Configuration of sample-forwarder',
    })
  })

  it.each([
    ['the good file', {}],
    [
      'references instead of numbers and choices',
      { score: { drop: '${DROP}' }, scans: { announce: '${X}' } },
    ],
    ['references instead of durations and switches', { deadline: '${D}', recovery: { scope_guard: '${G}' } }],
    [
      'secrets as text, reference and file',
      { sample: { token: 'file:/x' }, webhook: { secret: ['a', '${B}'] } },
    ],
  ])('accepts %s', (_, change) => {
    expect(validate(good(change)) || validate.errors).toBe(true)
  })

  it.each([
    ['an unknown key', { recovry: {} }],
    ['an unknown key in a section', { recovery: { reopenWindow: '7d' } }],
    ['an unknown key of the app', { targets: { alerts: { channel: 'C1', chanel: 'C1' } } }],
    ['a missing key', { instance: undefined }],
    ['a number out of bounds', { score: { warn_below: 101 } }],
    ['a duration without unit', { deadline: '8' }],
    ['a severity that does not exist', { routes: [{ to: 'alerts', severity: 'bad' }] }],
    ['a token of another form', { sample: { token: 'hunter2' } }],
  ])('refuses %s', (_, change) => {
    expect(validate(JSON.parse(JSON.stringify(good(change))))).toBe(false)
  })

  it('carries descriptions and defaults for editors', () => {
    expect(schema).toMatchObject({
      properties: {
        deadline: { default: '8s', description: expect.stringContaining('timeout') },
        recovery: { properties: { reopen_window: { default: '7d' } } },
        sample: { properties: { token: { description: 'Token of the bot.' } } },
        targets: { additionalProperties: { properties: { channel: { description: 'Id of the channel.' } } } },
      },
    })
  })
})

describe('the table of all keys', () => {
  it.each([
    '| `instance` | text | **required** | Names the organization, so that two of them never share an alert. |',
    '| `webhook.max_age` | duration | `7d` | How old an event may be. The sender tries for two days. |',
    '| `webhook.secret[].id` | text | **required** | What logs call it; not secret. |',
    '| `sample.token` | secret | **required** | Token of the bot. |',
    '| `targets.<name>.channel` | text | **required** | Id of the channel. |',
    '| `routes[].match.severity` | `critical`, `error`, `warning`, `info`, or list of `critical`, `error`, `warning`, `info` | – | Severities, after the rules of `severities`. |',
    '| `score.warn_below` | number from 0 to 100 | `90` | Below this many percent a score is a warning. |',
    '| `scans.announce` | `changes`, `always`, `never` | `changes` | Which completed scans are announced; changes: those that differ from the one before. |',
  ])('has %s', (row) => {
    expect(formatFileReference(sampleApp).split('\n')).toContain(row)
  })

  it('says of every key what it is for', () => {
    expect(
      formatFileReference(sampleApp)
        .split('\n')
        .filter((row) => row.endsWith('|  |')),
    ).toStrictEqual(['| `targets.<name>.tags` | text, or list of text | – |  |'])
  })
})
