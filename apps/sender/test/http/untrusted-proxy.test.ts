import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { startApi } from '../api/support/start-api.ts'

const origin = 'https://webhooks.example'
const host = 'webhooks.example'

/** Sends the requests to a sender of its own; gives its warnings. */
async function warningsOf(
  requests: readonly Readonly<Record<string, string>>[],
  trustedProxies: readonly string[] = [],
): Promise<readonly string[]> {
  const lines: string[] = []
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString())
      done()
    },
  })
  const api = await startApi({ logger: pino({ level: 'warn' }, destination), trustedProxies })
  for (const { origin: from, ...headers } of requests) {
    const own = from && { origin: from.replace('HOST', `127.0.0.1:${api.port}`) }
    await api.call('DELETE', '/api/session', { headers: { ...headers, ...own } })
  }
  await api.close()
  return lines.map((line) => JSON.parse(line).msg)
}

it('a page that is used over https behind a proxy that is not trusted is warned of once', async () => {
  const request = { origin, 'sec-fetch-site': 'same-origin', 'x-forwarded-proto': 'https' }
  const warnings = await warningsOf([request, request, { ...request, origin: 'https://other.example' }])
  expect(warnings).toEqual([expect.stringContaining('SENDER_TRUSTED_PROXIES')])
})

it('an old browser, which names the origin alone, is as good', async () => {
  const warnings = await warningsOf([{ origin: 'http://x' }, { origin: 'https://HOST' }])
  expect(warnings).toEqual([expect.stringContaining('SENDER_TRUSTED_PROXIES')])
})

it.each([
  {
    name: 'a trusted proxy',
    headers: {
      origin,
      'sec-fetch-site': 'same-origin',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': host,
    },
  },
  { name: 'a page elsewhere', headers: { origin, 'sec-fetch-site': 'cross-site' } },
  { name: 'a page elsewhere, in an old browser', headers: { origin } },
  { name: 'plain HTTP', headers: { origin: 'http://webhooks.example', 'sec-fetch-site': 'same-origin' } },
  { name: 'a program', headers: {} },
])('nothing is warned of when $name asks', async ({ headers }) => {
  expect(await warningsOf([headers], ['127.0.0.1/32'])).toEqual([])
})
