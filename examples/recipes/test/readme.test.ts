import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const recipes = readdirSync(new URL('..', import.meta.url)).filter((name) => name.endsWith('.ts'))
const compiled = [
  ...recipes.map((name) => `../${name}`),
  'pages-once.test.ts',
  '../../express/server.ts',
  '../../express/any-event.ts',
]
const snippets = [...read('../../../packages/webhooks/README.md').matchAll(/^```ts\n(.*?)^```$/gms)].map(
  ([, code]) => code,
)

it('the README of @complywise/webhooks shows TypeScript that is compiled, word for word', () => {
  const sources = new Set(compiled.map(read))
  expect(snippets.filter((code = '') => !sources.has(code))).toEqual([])
})

it.each(compiled)('the README shows %s', (path) => {
  expect(snippets).toContain(read(path))
})

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}
