import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApi, type TestApi } from '../api/support/start-api.ts'

const guide = readFileSync(new URL('../../../../docs/publishing.md', import.meta.url), 'utf8')
const main = join(import.meta.dirname, '../../src/main.ts')

let api: TestApi
let directory: string
beforeAll(async () => {
  api = await startApi()
  directory = mkdtempSync(join(tmpdir(), 'sender-docs-'))
  // What the repository's script of that name runs.
  const script = `#!/bin/sh\nshift 2\nexec '${process.execPath}' --conditions=@complywise/source '${main}' "$@"\n`
  writeFileSync(join(directory, 'pnpm'), script, { mode: 0o755 })
})
afterAll(async () => {
  rmSync(directory, { recursive: true })
  await api.close()
})

function blocks(language: 'sh' | 'sql'): readonly string[] {
  const pattern = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms')
  return Array.from(guide.matchAll(pattern), ([, block = '']) => block)
}

/** The account of the keys, under the name that the guide has for it. */
async function nameAccount(name: string): Promise<string> {
  const { rows } = await api.database.pool.query<{ id: string }>(
    "update webhooks.account set name = $1 where name = 'acme' returning id",
    [name],
  )
  return rows[0]!.id
}

test('what docs/publishing.md shows works, word for word', async () => {
  const accountId = await nameAccount('default')
  const { stdout, stderr } = await promisify(execFile)(
    'bash',
    ['--norc', '-euc', blocks('sh').join('\necho\n')],
    {
      env: {
        PATH: `${directory}:${process.env['PATH']}`,
        API: api.origin,
        PUBLISHER: api.keys.publisher,
        DATABASE_URL: api.connectionString,
        SENDER_ENCRYPTION_KEY: Buffer.from(api.encryptionKeys.current).toString('base64'),
      },
    },
  )
  expect(stderr).toBe('')
  const printed = stdout.split('\n').filter((line) => line !== '')
  expect(printed.map((line) => JSON.parse(line))).toEqual([
    {
      results: [
        expect.objectContaining({ status: 'published' }),
        expect.objectContaining({ status: 'published' }),
      ],
    },
    accountId,
  ])

  const client = await api.database.pool.connect()
  // Roles are shared by all databases of a server; so this is taken back at the end.
  await client.query('begin; create role app; create table control (id text, status text)')
  await client.query('grant update, select on control to app')
  const [grants = '', publishing = ''] = blocks('sql')
  await client.query(`${grants} set local role app`)
  const statements = publishing
    .replaceAll(/^(?:begin|commit);$/gm, '')
    .replace('0195a3c2-0000-7a41-b3c5-1f2e3d4c5b6a', accountId)
  const results = await client.query(statements)
  await client.query('rollback')
  client.release()
  expect([results].flat().at(-1)?.rows).toEqual([expect.objectContaining({ is_new: true })])
})
