import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { answers } from '../../scripts/artifacts/answers.ts'
import { exampleEvent, exampleHeaders, exampleSecret } from '../../scripts/artifacts/example.ts'
import { headers } from '../../scripts/artifacts/headers.ts'
import { interpretStatus, verify } from '../../src/wire/index.ts'

const root = new URL('../../../../', import.meta.url)

describe('docs/wire-format.md', () => {
  const text = read('docs/wire-format.md')

  it('shows a request as the sender sends it, with signatures that are right', async () => {
    const [, request = ''] = /^```http\n(.*?)^```$/ms.exec(text) ?? []
    const [head = '', payload = ''] = request.split('\n\n')
    const sent = head
      .split('\n')
      .slice(1)
      .map((line) => line.split(': '))
    const event = exampleEvent('compliance.control_failed')
    expect(payload.trim()).toBe(JSON.stringify(event))
    const expected = Object.entries(await exampleHeaders(event))
    expect(sent.slice(2).map(([name = '', value]) => [name.toLowerCase(), value])).toEqual(expected)
    const body = new TextEncoder().encode(payload.trim())
    const verification = await verify({
      body,
      headers: Object.fromEntries(expected),
      secrets: [exampleSecret],
    })
    expect(verification).toMatchObject({ verified: true, attemptedAt: expect.any(Date) })
  })

  it('lists every header', () => {
    expect(tableAfter(text, '| Header').map(([name]) => name)).toEqual(
      Object.values(headers).map(({ name }) => `\`${name}\``),
    )
  })

  it('lists every status with the words of its body and what the sender does', () => {
    const rows = tableAfter(text, '| Status').map(([status, words = '', when = '', sender]) => ({
      status: Number(status),
      words: Array.from(words.matchAll(/`(\w+)`/g), ([, word]) => word),
      hasRetryAfter: when.includes('`Retry-After`'),
      sender,
    }))
    expect(rows).toEqual(
      answers.map(({ status, words, hasRetryAfter }) => ({
        status,
        words,
        hasRetryAfter,
        sender: expect.stringMatching(senders[interpretStatus(status)]),
      })),
    )
  })
})

const senders = {
  accepted: /^is done/,
  failed: /^tries again/,
  overloaded: /^lets the whole endpoint wait$/,
  gone: /^disables the subscription$/,
}

describe('the TypeScript in the guides', () => {
  it.each([
    ['docs/rotation.md', ['examples/recipes/rotation.ts']],
    [
      'docs/migrating.md',
      [
        'packages/webhooks/test/docs/migrating/before.ts',
        'examples/express/server.ts',
        'examples/fastify/server.ts',
        'examples/hono/server.ts',
      ],
    ],
  ])('%s is that of files which are compiled', (path, files) => {
    const snippets = Array.from(read(path).matchAll(/^```ts\n(.*?)^```$/gms), ([, code]) => code)
    expect(snippets).toEqual(files.map(read))
  })
})

describe('the links in the documents', () => {
  it.each(['wire-format', 'rotation', 'migrating', 'events'])(
    'docs/%s.md links to nothing that is not there',
    (name) => {
      const path = `docs/${name}.md`
      const targets = Array.from(read(path).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g))
      expect(targets.length).toBeGreaterThan(0)
      const broken = targets.filter(
        ([, file, anchor]) => !isThere(file === '' ? path : `docs/${file}`, anchor),
      )
      expect(broken.map(([link]) => link)).toEqual([])
    },
  )
})

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8')
}

/** The cells of the table whose head starts with `head`, without the head. */
function tableAfter(text: string, head: string): string[][] {
  const [, rows = ''] = text.split(`\n${head}`)
  const [table = ''] = rows.split('\n\n')
  return table
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

function isThere(path: string, anchor: string | undefined): boolean {
  if (!existsSync(new URL(path, root))) return false
  if (anchor === undefined) return true
  const headings = Array.from(read(path).matchAll(/^#+ (.*)$/gm), ([, heading = '']) => heading)
  // As forges make anchors of headings.
  return headings.some(
    (heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-') === anchor,
  )
}
