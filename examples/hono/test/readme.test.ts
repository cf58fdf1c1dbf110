import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('shows the example word for word, and no other TypeScript', () => {
  const readme = read('../../../packages/webhooks-hono/README.md')
  const snippets = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code)
  expect(snippets).toEqual([read('../server.ts')])
})

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}
