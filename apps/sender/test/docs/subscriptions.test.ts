import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createSubscriptionBody } from '../../src/api/subscription-bodies.ts'
import { parseNetwork } from '../../src/domain/address.ts'
import { startApi } from '../api/support/start-api.ts'

const guide = readFileSync(new URL('../../../../docs/subscriptions.md', import.meta.url), 'utf8')
const commands = Array.from(guide.matchAll(/^```sh\n(.*?)^```/gms), ([, block = '']) => block)

/** The JSON documents that commands print one after the other, and what else they print, line by line. */
function parseOutput(output: string): readonly unknown[] {
  return output
    .replaceAll(/\}(?=[{\d])/g, '}\n')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

test('the commands in docs/subscriptions.md do what it says, word for word', async () => {
  const network = parseNetwork('127.0.0.0/8')
  const api = await startApi({ allowedNetworks: network === undefined ? [] : [network] })
  const endpoint = createServer((_request, response) => response.end('{"status":"processed"}'))
  endpoint.listen(0, '127.0.0.1')
  await once(endpoint, 'listening')
  const address = endpoint.address()
  const directory = mkdtempSync(join(tmpdir(), 'sender-docs-'))
  const env = {
    PATH: process.env['PATH'],
    API: api.origin,
    ADMIN: api.keys.admin,
    PUBLISHER: api.keys.publisher,
    ENDPOINT: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/hook`,
  }
  const script = commands.join('\n')
  const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-euc', script], {
    env,
    cwd: directory,
  })
  endpoint.close()
  endpoint.closeAllConnections()
  rmSync(directory, { recursive: true })
  await api.close()
  expect(stderr).toBe('')
  expect(parseOutput(stdout)).toMatchObject([
    { is_permitted: true, addresses: ['127.0.0.1'], findings: [{ code: 'url_not_encrypted' }] },
    { description: 'My first subscription', state: 'active', secret: expect.any(String), version: 1 },
    { event: 'webhook.test', outcome: 'succeeded', http_status: 200 },
    { event: 'scan.completed', outcome: 'succeeded' },
    { version: 1, backlog: null },
    { data: [{ version: 1 }], next_cursor: null },
    { version: 2, events: ['compliance.*', 'scan.*'], headers: { 'x-team': 'security' }, timeout_ms: 5000 },
    { version: 3, description: 'Nobody was faster' },
    { version: 4, state: 'paused' },
    { event_id: expect.any(String) },
    { version: 4, backlog: { count: 1, is_exact: true } },
    { version: 5, state: 'active', health: { is_probing: true } },
    { version: 5, state: 'active' },
    { version: 6, secret: expect.stringMatching(/^whsec_/), secrets: [{ expires_at: null }, {}] },
    204,
  ])
})

test('docs/subscriptions.md names every field of a new subscription', () => {
  const [, table = ''] = /## Create\n(.*?)\n## /s.exec(guide) ?? []
  const named = Array.from(table.matchAll(/^\| `(\w+)` /gm), ([, name]) => name)
  expect(named).toEqual(Object.keys(createSubscriptionBody.shape))
})
