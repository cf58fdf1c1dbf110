import { Client } from 'pg'
import { expect, it } from 'vitest'
import { createTestDatabase } from './postgres.ts'

it('createTestDatabase gives each caller an empty database of its own and removes it', async () => {
  const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()])
  expect(
    await names(first.connectionString, 'create table only_here (); select current_database() as name'),
  ).not.toEqual(await names(second.connectionString, 'select current_database() as name'))
  const tables = "select relname as name from pg_class where relname = 'only_here'"
  expect(await names(first.connectionString, tables)).toEqual(['only_here'])
  expect(await names(second.connectionString, tables)).toEqual([])
  await first.drop()
  await expect(names(first.connectionString, tables)).rejects.toThrow('does not exist')
  await second.drop()
})

async function names(connectionString: string, statements: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    const results = [await client.query<{ name: string }>(statements)].flat()
    return results.flatMap(({ rows }) => rows.map(({ name }) => name))
  } finally {
    await client.end()
  }
}
