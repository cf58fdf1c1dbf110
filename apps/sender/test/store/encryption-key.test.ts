import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadOrCreateEncryptionKey } from '../../src/store/encryption-key.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'complywise-key-'))
})
afterEach(() => rm(directory, { recursive: true }))

test('the key is made once, readable by its owner only, and leaves no draft', async () => {
  const made = await loadOrCreateEncryptionKey(directory)
  expect(made.byteLength).toBe(32)
  expect(await loadOrCreateEncryptionKey(directory)).toEqual(made)
  expect(await readdir(directory)).toEqual(['encryption.key'])
  expect((await stat(join(directory, 'encryption.key'))).mode & 0o777).toBe(0o600)
  expect(await readFile(join(directory, 'encryption.key'), 'utf8')).toBe(
    `${Buffer.from(made).toString('base64')}\n`,
  )
})

test('whoever asks at the same time gets the same key', async () => {
  const keys = await Promise.all(Array.from({ length: 20 }, () => loadOrCreateEncryptionKey(directory)))
  expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1)
  expect(await readdir(directory)).toEqual(['encryption.key'])
})

test.each([
  ['nothing', ''],
  ['too few bytes', Buffer.alloc(31).toString('base64')],
  ['too many bytes', Buffer.alloc(33).toString('base64')],
  ['hexadecimal digits', Buffer.alloc(32).toString('hex')],
  [
    'a key with a character of no alphabet',
    `${Buffer.alloc(32).toString('base64').slice(0, 20)}?${'A'.repeat(23)}=`,
  ],
])('a file that holds %s is refused, not replaced', async (_name, content) => {
  await writeFile(join(directory, 'encryption.key'), content)
  await expect(loadOrCreateEncryptionKey(directory)).rejects.toThrow(
    `${join(directory, 'encryption.key')} does not hold 32 bytes in base64`,
  )
  expect(await readFile(join(directory, 'encryption.key'), 'utf8')).toBe(content)
})

test('a directory that does not exist is an error that names it', async () => {
  await expect(loadOrCreateEncryptionKey(join(directory, 'missing'))).rejects.toThrow(
    join(directory, 'missing'),
  )
})
