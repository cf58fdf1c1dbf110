import { execFileSync, spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { VerifyVector } from '../../scripts/vectors/vector.ts'

const verifiers = fileURLToPath(new URL('../../../../docs/verifiers/', import.meta.url))
const runners = fileURLToPath(new URL('verifiers/', import.meta.url))

interface VerifyCase extends Pick<VerifyVector, 'name' | 'body' | 'headers' | 'secrets'> {
  /** Unix seconds of the attempt, null where they are not signed, undefined for what is refused. */
  readonly attemptedAt: number | null | undefined
}

const published: { readonly vectors: readonly VerifyVector[] } = JSON.parse(
  readFileSync(new URL('../../vectors/verify.json', import.meta.url), 'utf8'),
)
const vectors = published.vectors.map(({ expected, ...vector }): VerifyCase => ({
  ...vector,
  attemptedAt: expected.verified ? expected.attemptedAtSeconds : undefined,
}))

/** What anybody could sign: a verifier must not accept it because it was not given a secret. */
const withoutSecret = [[], [''], ['whsec_']].map((secrets): VerifyCase => ({
  name: `refuses every request while its secrets are ${JSON.stringify(secrets)}`,
  body: btoa('{}'),
  headers: [
    [
      'x-complywise-signature',
      `sha256=${createHmac('sha256', secrets[0] ?? '')
        .update('{}')
        .digest('hex')}`,
    ],
  ],
  secrets,
  attemptedAt: undefined,
}))

const verifyCases = [...vectors, ...withoutSecret]

const dayS = 24 * 60 * 60

/** All in Unix seconds; the attempt's are null where they are not signed. */
const freshCases: readonly (readonly [
  happenedAt: number,
  attemptedAt: number | null,
  now: number,
  isFresh: boolean,
])[] = [
  [1000, 1000, 1000, true],
  [1000, 1000, 1300, true],
  [1000, 1000, 1301, false],
  [1000, 1000, 700, true],
  [1000, 1000, 699, false],
  [1000, 30 * dayS, 30 * dayS, true],
  [1000, 0, 1000, false],
  [1301, 1000, 1000, false],
  [1300, 1000, 1000, true],
  [1000, null, 1000 + 7 * dayS, true],
  [1000, null, 1001 + 7 * dayS, false],
  [1000, null, 700, true],
  [1000, null, 699, false],
]

/** What a runner prints. */
interface Results {
  readonly verify: readonly { readonly verified: boolean; readonly attemptedAt?: number | null }[]
  readonly isFresh: readonly boolean[]
}

interface Language {
  readonly file: string
  /** Succeeds where the language is installed. */
  readonly probe: readonly [command: string, argument: string]
  /** Runs the verifier with the cases on stdin, and gives what it printed. */
  readonly run: (command: string, input: string) => string
}

const languages: readonly Language[] = [
  { file: 'verify.py', probe: ['python3', '--version'], run: runScript('py') },
  { file: 'verify.go', probe: ['go', 'version'], run: runGo },
  { file: 'verify.php', probe: ['php', '--version'], run: runScript('php') },
  { file: 'verify.rb', probe: ['ruby', '--version'], run: runScript('rb') },
]

it('tries every verifier that the documentation has', () => {
  expect(languages.map(({ file }) => file).toSorted()).toEqual(readdirSync(verifiers).toSorted())
})

// A language that is not installed is reported as skipped.
describe.each(languages)('$file', ({ probe: [command, argument], run }) => {
  const isInstalled = spawnSync(command, [argument]).status === 0

  it.runIf(isInstalled)(
    'makes of every vector what the SDK makes of it, and knows what is too old',
    { timeout: 300_000 },
    () => {
      const isFresh = freshCases.map(([happenedAt, attemptedAt, now]) => [happenedAt, attemptedAt, now])
      const results: Results = JSON.parse(run(command, JSON.stringify({ verify: verifyCases, isFresh })))
      const seen = results.verify.map(({ verified, attemptedAt = null }, index) => [
        verifyCases[index]?.name,
        verified ? attemptedAt : undefined,
      ])
      expect(seen).toEqual(verifyCases.map(({ name, attemptedAt }) => [name, attemptedAt]))
      expect(results.isFresh).toEqual(freshCases.map(([, , , isFresh]) => isFresh))
    },
  )
})

function runScript(extension: string): Language['run'] {
  const files = [`${runners}run.${extension}`, `${verifiers}verify.${extension}`]
  return (command, input) => execFileSync(command, files, { input, encoding: 'utf8' })
}

function runGo(command: string, input: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'verifier-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'webhooks'))
  copyFileSync(`${verifiers}verify.go`, join(folder, 'webhooks/verify.go'))
  copyFileSync(`${runners}run.go`, join(folder, 'main.go'))
  writeFileSync(join(folder, 'go.mod'), 'module verifier\n\ngo 1.19\n')
  return execFileSync(command, ['run', '.'], { cwd: folder, input, encoding: 'utf8' })
}
