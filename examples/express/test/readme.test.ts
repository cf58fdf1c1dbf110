import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it.each([
  ['webhooks', ['server.ts', 'any-event.ts']],
  ['webhooks-express', ['server.ts']],
])('the README of packages/%s shows these examples word for word, and no other TypeScript', (name, files) => {
  const readme = read(`../../../packages/${name}/README.md`)
  const snippets = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code)
  expect(snippets).toEqual(files.map((file) => read(`../${file}`)))
})

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}
