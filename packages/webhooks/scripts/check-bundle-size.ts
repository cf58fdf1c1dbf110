// Weighs what a user's bundler makes of dist/, minified and compressed, and fails when anything is over its budget.
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

interface Budget {
  readonly name: string
  readonly from: string
  readonly maxBytes: number
}

const budgets: readonly Budget[] = [
  { name: 'verify', from: '@complywise/webhooks/wire', maxBytes: 1536 },
  { name: 'createReceiver', from: '@complywise/webhooks', maxBytes: 10_240 },
  // Only texts: a page that shows them must not load a validator.
  { name: 'eventCatalog', from: '@complywise/webhooks', maxBytes: 2048 },
]

/** Export conditions by the build of `#crypto` that they choose. */
const builds = { node: ['node'], web: [] }

const rows = []
for (const { name, from, maxBytes } of budgets) {
  for (const [crypto, conditions] of Object.entries(builds)) {
    const bytes = await weigh(`export { ${name} } from '${from}'`, conditions)
    rows.push({ import: name, crypto, bytes, budget: maxBytes, left: maxBytes - bytes })
  }
}
console.table(rows)
const isOver = rows.some(({ left }) => left < 0)
if (isOver) console.error('Over budget. Look for what came in: esbuild --bundle --minify --analyze')
process.exitCode = isOver ? 1 : 0

async function weigh(contents: string, conditions: readonly string[]): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    conditions: [...conditions],
    external: ['node:crypto'],
    write: false,
  })
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).byteLength
}
