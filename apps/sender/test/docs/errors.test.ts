import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { problems } from '../../src/http/problems.ts'

const guide = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8')

test('docs/errors.md explains every problem of the API, and no other', () => {
  const documented = [...guide.matchAll(/^### (\w+)\n\n(\d+), ([^\n]+)/gm)].map(([, code, status, text]) => ({
    code,
    status: Number(status),
    text,
  }))
  expect(documented).toEqual(
    Object.entries(problems).map(([code, { status, title, remedy }]) => ({
      code,
      status,
      text: `${title}. ${remedy}`,
    })),
  )
})
