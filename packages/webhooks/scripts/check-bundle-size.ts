// Weighs what a user's bundler makes of dist/, minified and compressed, and fails when anything is over its budget. What
// is only loaded on demand, such as the diagnosis of a refused request, is weighed beside it.
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'

interface Budget {
  readonly name: string
  readonly from: string
  readonly maxBytes: number
}

const budgets: readonly Budget[] = [
  { name: 'verify', from: '@complywise/webhooks/wire', maxBytes: 1536 },
  { name: 'createReceiver', from: '@complywise/webhooks', maxBytes: 15_360 },
  // Only texts: a page that shows them must not load a validator.
  { name: 'eventCatalog', from: '@complywise/webhooks', maxBytes: 2048 },
]

/** Export conditions by the build of `#crypto` that they choose. */
const builds = { node: ['node'], web: [] }

/** What is imported on demand stays out, as a bundler puts it into a file of its own. */
const leaveOut: Plugin = {
  name: 'leave out what is imported on demand',
  setup: (build) =>
    build.onResolve({ filter: /^\./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    ),
}

const rows = []
for (const { name, from, maxBytes } of budgets) {
  for (const [crypto, conditions] of Object.entries(builds)) {
    const contents = `export { ${name} } from '${from}'`
    const bytes = await weigh(contents, conditions, [leaveOut])
    const onDemand = (await weigh(contents, conditions, [])) - bytes
    rows.push({
      import: name,
      crypto,
      bytes,
      budget: maxBytes,
      left: maxBytes - bytes,
      'on demand': onDemand,
    })
  }
}
console.table(rows)
const isOver = rows.some(({ left }) => left < 0)
if (isOver) console.error('Over budget. Look for what came in: esbuild --bundle --minify --analyze')
process.exitCode = isOver ? 1 : 0

async function weigh(
  contents: string,
  conditions: readonly string[],
  plugins: readonly Plugin[],
): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    conditions: [...conditions],
    external: ['node:crypto'],
    plugins: [...plugins],
    write: false,
  })
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).byteLength
}
