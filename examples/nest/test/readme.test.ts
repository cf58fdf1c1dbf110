import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('shows the example word for word, and no other TypeScript', () => {
  const snippets = [...read('../README.md').matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code)
  expect(snippets).toEqual([read('../main.ts')])
})

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}
