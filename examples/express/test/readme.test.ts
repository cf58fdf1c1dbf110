import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it.each([
  ['README.md', ['server.ts']],
  ['packages/webhooks-express/README.md', ['server.ts']],
])('%s shows these examples word for word, and no other TypeScript', (path, files) => {
  const readme = read(`../../../${path}`)
  const snippets = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code)
  expect(snippets).toEqual(files.map((file) => read(`../${file}`)))
})

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}
