// Writes what is made from the event schemas: ../schemas, ../fixtures and docs/events.md. With --check it writes nothing,
// and fails when one of them is not what this script makes.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { eventTypes } from '../src/events/event.ts'
import { asyncApiDocument } from './artifacts/asyncapi.ts'
import { catalogJson } from './artifacts/catalog-json.ts'
import { catalogMarkdown } from './artifacts/catalog-markdown.ts'
import { eventSchemaDocument } from './artifacts/event-schema.ts'
import { reviewFixtures } from './artifacts/fixtures.ts'
import { openApiDocument } from './artifacts/openapi.ts'

const root = new URL('../../../', import.meta.url)
const schemas = 'packages/webhooks/schemas/'
const fixtures = 'packages/webhooks/fixtures/'

const review = reviewFixtures(new URL(fixtures, root))
const texts: readonly (readonly [path: string, text: string])[] = [
  ['docs/events.md', catalogMarkdown()],
  [`${schemas}events.json`, serialize(catalogJson())],
  [`${schemas}openapi.json`, serialize(await openApiDocument())],
  [`${schemas}asyncapi.json`, serialize(await asyncApiDocument())],
  ...eventTypes.map((type) => [`${schemas}${type}.json`, serialize(eventSchemaDocument(type))] as const),
  ...Object.entries(review.files).map(([path, content]) => [fixtures + path, serialize(content)] as const),
]

const check = process.argv.includes('--check')
const problems = [...review.problems, ...findStrays(), ...texts.flatMap(([path, text]) => update(path, text))]
for (const problem of problems) console.error(problem)
if (problems.length === 0) console.log(`${texts.length} files are what the event schemas make of them`)
process.exitCode = problems.length > 0 ? 1 : 0

function update(path: string, text: string): readonly string[] {
  const formatted = format(path, text)
  if (formatted === read(path)) return []
  if (check) return [`${path} is not what the event schemas make of it; run \`pnpm generate\` and commit`]
  if (review.problems.length > 0) return []
  mkdirSync(new URL('.', new URL(path, root)), { recursive: true })
  writeFileSync(new URL(path, root), formatted)
  console.log(`${path} written`)
  return []
}

/** Files that something made once and nothing makes now. */
function findStrays(): readonly string[] {
  const made = new Set(texts.map(([path]) => path))
  return readdirSync(new URL(schemas, root))
    .map((name) => schemas + name)
    .filter((path) => path.endsWith('.json') && !made.has(path))
    .map((path) => `${path} belongs to no event; delete it`)
}

function serialize(content: unknown): string {
  return JSON.stringify(content, null, 2)
}

/** As `pnpm format` would leave it. */
function format(path: string, text: string): string {
  return execFileSync('oxfmt', ['--stdin-filepath', path], { cwd: root, input: text, encoding: 'utf8' })
}

function read(path: string): string | undefined {
  try {
    return readFileSync(new URL(path, root), 'utf8')
  } catch {
    return undefined
  }
}
