import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { startApi } from './support/start-api.ts'

it('each answer is one log line with the request id, the status and the key’s id, and without any credential', async () => {
  const lines: string[] = []
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString())
      done()
    },
  })
  const api = await startApi({ logger: pino({ level: 'info' }, destination) })
  const secret = 'not to be logged anywhere'
  const json = { url: 'https://example.com/?token=hidden', events: ['*'], secret }
  await api.call('POST', '/api/webhooks?x=hidden', {
    key: api.keys.admin,
    json,
    headers: { 'x-request-id': 'abc' },
  })
  await api.call('GET', '/healthz')
  await api.call('GET', '/nothing')
  await api.close()
  const answered = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'answered')
  expect(answered).toMatchObject([
    { path: '/openapi.json', status: 200 },
    {
      requestId: 'abc',
      method: 'POST',
      path: '/api/webhooks',
      status: 201,
      durationMs: expect.any(Number),
      actor: expect.stringMatching(/^key:/),
      accountId: expect.any(String),
    },
    { path: '/nothing', status: 404 },
  ])
  expect(lines.join('')).not.toMatch(/cwk_|hidden|not to be logged/)
})
