// Writes ../vectors/*.json, or with --check fails when they are not what this script makes. The expected values come
// from the `openssl` command; nothing of this package is imported, so the vectors cannot repeat its mistakes.
import { readFileSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { digestVectors } from './vectors/digest.ts'
import { retryAfterVectors } from './vectors/retry-after.ts'
import { secretVectors } from './vectors/secret.ts'
import { signVectors } from './vectors/sign.ts'
import { verifyVectors } from './vectors/verify.ts'

interface Vector {
  readonly name: string
}

const files: Readonly<Record<string, readonly Vector[]>> = {
  verify: verifyVectors(),
  sign: signVectors(),
  secret: secretVectors(),
  digest: digestVectors(),
  'retry-after': retryAfterVectors(),
}

const check = process.argv.includes('--check')
const problems = Object.entries(files).flatMap(([subject, vectors]) => update(subject, vectors))
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0

function update(subject: string, vectors: readonly Vector[]): readonly string[] {
  const url = new URL(`../vectors/${subject}.json`, import.meta.url)
  const text = serialize(subject, vectors)
  const committed = read(url)
  const problems = [...findDuplicates(vectors), ...findBroken(committed, vectors)]
  if (check && text !== committed) problems.push('is not what this script makes; run it and commit')
  if (!check && problems.length === 0) writeFileSync(url, text)
  console.log(`${subject}.json: ${vectors.length} vectors`)
  return problems.map((problem) => `${subject}.json: ${problem}`)
}

function serialize(subject: string, vectors: readonly Vector[]): string {
  return `${JSON.stringify({ $schema: './vectors.schema.json', subject, vectors }, null, 2)}\n`
}

function findDuplicates(vectors: readonly Vector[]): string[] {
  const names = vectors.map(({ name }) => name)
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => `two vectors are named "${name}"`)
}

/** Implementations elsewhere rely on the vectors, so one that is published neither changes nor goes. */
function findBroken(committed: string, vectors: readonly Vector[]): string[] {
  const { vectors: published }: { vectors: readonly Vector[] } = JSON.parse(committed)
  return published
    .filter((vector) => !vectors.some((made) => isDeepStrictEqual(made, vector)))
    .map(({ name }) => `"${name}" would change or go; add another vector instead`)
}

function read(url: URL): string {
  try {
    return readFileSync(url, 'utf8')
  } catch {
    return '{"vectors":[]}'
  }
}
