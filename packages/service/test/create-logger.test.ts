import { beforeAll, describe, expect, it } from 'vitest'
import { runFixture } from './fixtures/run-fixture.ts'

let lines: readonly Record<string, unknown>[]
let text: string

beforeAll(async () => {
  ;({ lines } = await runFixture('logging').ended)
  text = JSON.stringify(lines)
})

function line(message: string): Record<string, unknown> | undefined {
  return lines.find(({ msg }) => msg === message)
}

describe('createLogger', () => {
  it('writes one JSON object per line with RFC 3339 time, level and name, and loses none at exit', () => {
    expect(lines).toHaveLength(5)
    expect(line('fields')).toMatchObject({
      level: 'info',
      name: 'fixture',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
  })

  it('drops lines below its level', () => {
    expect(text).not.toContain('dropped')
  })

  it('redacts fields named like a credential at any depth and in any spelling', () => {
    expect(line('fields')).toMatchObject({
      url: 'https://example.com',
      password: '[redacted]',
      req: { headers: { Authorization: '[redacted]', 'x-api-key': 'kept', accept: '*/*' } },
      subscriptions: [{ id: 1, secrets: '[redacted]' }, { id: 2 }],
      api_key: '[redacted]',
    })
    expect(line('fields')).not.toHaveProperty('secret')
    expect(text).not.toContain('hunter2')
  })

  it('writes an error with its causes and their codes', () => {
    expect(line('failure')).toMatchObject({
      err: {
        type: 'TypeError',
        message: 'publish failed',
        stack: expect.stringContaining('logging.ts'),
        cause: { type: 'Error', message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' },
      },
    })
  })

  it('writes what was gathered in an AggregateError, text that was thrown, and a loop of causes only so deep', () => {
    expect(line('aggregate')).toMatchObject({
      err: { errors: [{ code: 'ECONNREFUSED' }, { message: 'other' }] },
    })
    expect(line('thrown text')).toMatchObject({ err: { type: 'string', message: 'only text' } })
    expect(JSON.stringify(line('loop')).match(/"message":"loop"/g)).toHaveLength(8)
  })
})
