import { execFile } from 'node:child_process'
import { appendFileSync, chmodSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createDeadLetterFile, type InvalidEvent } from '../../src/serve/dead-letter-file.ts'
import { createDesk } from '../support/desk.ts'
import { failed } from '../support/events.ts'

const letter: InvalidEvent = {
  at: '2026-03-01T12:00:00.000Z',
  event: failed('CC6.1'),
  code: 'data_invalid',
  message: 'data.framework is missing',
}
const line = `${JSON.stringify(letter)}\n`

test('a letter that the disk takes only in part is an error, and leaves nothing behind', async () => {
  const path = createDesk().deadLetters
  const before = `${'y'.repeat(1000)}\n`
  writeFileSync(path, before)
  const script = join(import.meta.dirname, '../support/append-letter.ts')
  const node = `exec '${process.execPath}' --conditions=@complywise/source '${script}' '${path}' 5000`
  // A limit of 2 KiB for each file is a disk that is full after a part.
  const appending = promisify(execFile)('bash', ['-c', `ulimit -f 2; ${node}`])
  await expect(appending).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /The dead-letter file \S+ cannot be written \(1047 of \d+ bytes were written/,
    ),
  })
  expect(readFileSync(path, 'utf8')).toBe(before)
})

test('a letter after one that was torn off by a crash has a line of its own', async () => {
  const path = createDesk().deadLetters
  writeFileSync(path, `${line}${line.slice(0, 40)}`)
  const file = createDeadLetterFile(path)
  await file.append(letter)
  await file.append(letter)
  expect(readFileSync(path, 'utf8')).toBe(`${line}${line.slice(0, 40)}\n${line}${line}`)
})

test('letters that are written at once by several writers do not mix', async () => {
  const path = createDesk().deadLetters
  const [first, second] = [createDeadLetterFile(path), createDeadLetterFile(path)]
  const rounds = Array.from({ length: 25 }, () => [first.append(letter), second.append(letter)])
  await Promise.all(rounds.flat())
  expect(
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((each) => `${each}\n` === line),
  ).toHaveLength(50)
})

test('the file is readable by its owner only, also when it was there before', async () => {
  const path = createDesk().deadLetters
  appendFileSync(path, line)
  chmodSync(path, 0o644)
  await createDeadLetterFile(path).append(letter)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a symbolic link is not followed', async () => {
  const desk = createDesk()
  writeFileSync(desk.path('other'), 'other\n')
  symlinkSync(desk.path('other'), desk.deadLetters)
  await expect(createDeadLetterFile(desk.deadLetters).append(letter)).rejects.toThrow('it is a symbolic link')
  expect(readFileSync(desk.path('other'), 'utf8')).toBe('other\n')
})

test.each([
  { name: 'a folder', path: (directory: string) => directory, reason: 'EISDIR' },
  { name: 'in no folder', path: (directory: string) => join(directory, 'none', 'dead'), reason: 'ENOENT' },
  { name: 'a device', path: () => '/dev/null', reason: 'it is no file' },
])('a path that is $name is refused before it is needed', async ({ path, reason }) => {
  const file = createDeadLetterFile(path(createDesk().directory))
  await expect(file.probe()).rejects.toThrow(`cannot be written (${reason}). It has to be`)
})
