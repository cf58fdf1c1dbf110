import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'
import type { Benchmark } from '../benchmark.ts'
import { formatCount, type Table } from '../table.ts'
import { adapters, type Import, parts, stores, verifiers } from './imports.ts'

/** How much what a user imports adds to a bundle. */
interface Weight {
  readonly name: string
  readonly bytes: number
  readonly gzipBytes: number
  /** What is only loaded when it is needed, compressed. */
  readonly onDemandGzipBytes: number
}

/** What the parts of this project and other libraries weigh in a bundle. It measures no time, and needs no rounds. */
export const bundleBenchmark: Benchmark = {
  description:
    'bundled for Node and minified with esbuild; what comes with Node or is the framework left out',
  async run() {
    const tables: Table[] = []
    const measurements: Record<string, readonly Weight[]> = {}
    for (const [title, imports] of Object.entries(groups)) {
      const weights = await Promise.all(imports.map(weigh))
      measurements[title] = weights
      tables.push({
        title,
        columns: ['', 'bytes', 'gzip', 'bar', 'on demand, gzip'],
        rows: weights.map(({ name, bytes, gzipBytes, onDemandGzipBytes }, index) => [
          name,
          formatCount(bytes),
          formatCount(gzipBytes),
          imports[index]?.bar ?? '',
          onDemandGzipBytes === 0 ? '' : formatCount(onDemandGzipBytes),
        ]),
      })
    }
    return { facts: [], tables, measurements }
  },
}

const groups: Readonly<Record<string, readonly Import[]>> = {
  'To verify a body': verifiers,
  'To receive events': parts,
  'A store': stores,
  'An adapter': adapters,
}

async function weigh(imported: Import): Promise<Weight> {
  const first = await bundle(imported, [leaveOut])
  const whole = await bundle(imported, [])
  const gzipBytes = compressedLength(first)
  const onDemandGzipBytes = compressedLength(whole) - gzipBytes
  return { name: imported.name, bytes: first.length, gzipBytes, onDemandGzipBytes }
}

/** What is imported on demand stays out, as a bundler puts it into a file of its own. */
const leaveOut: Plugin = {
  name: 'leave out what is imported on demand',
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    )
  },
}

async function bundle(
  { code, from, frameworks = [] }: Import,
  plugins: readonly Plugin[],
): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: fileURLToPath(import.meta.resolve(from)) },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    conditions: ['@complywise/source', 'import'],
    mainFields: ['module', 'main'],
    external: [...frameworks],
    plugins: [...plugins],
    write: false,
  })
  return outputFiles[0]?.contents ?? new Uint8Array()
}

function compressedLength(contents: Uint8Array): number {
  return gzipSync(contents, { level: 9 }).length
}
