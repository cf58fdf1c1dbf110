import {
  inspectSecret,
  matchesContentDigest,
  parseRetryAfter,
  readHeader,
  sign,
  verify,
} from '../../packages/webhooks/src/wire/index.ts'
import { keysOf } from '../../packages/webhooks/src/wire/keys.ts'
import { readKey } from '../../packages/webhooks/src/wire/secret.ts'
import { vectorCases, type VectorFiles } from '../../packages/webhooks/test/vectors/vector-cases.ts'
import digest from '../../packages/webhooks/vectors/digest.json' with { type: 'json' }
import retryAfter from '../../packages/webhooks/vectors/retry-after.json' with { type: 'json' }
import secret from '../../packages/webhooks/vectors/secret.json' with { type: 'json' }
import signing from '../../packages/webhooks/vectors/sign.json' with { type: 'json' }
import verification from '../../packages/webhooks/vectors/verify.json' with { type: 'json' }
import type { CryptoBuild, VectorOutcome } from '../src/runtimes/outcome.ts'

/** Puts every vector to the build of `@complywise/webhooks` that this runtime resolved. */
export async function runVectors(): Promise<VectorOutcome> {
  const implementation = {
    inspectSecret,
    matchesContentDigest,
    parseRetryAfter,
    readHeader,
    readKey,
    sign,
    verify,
  }
  const cases = vectorCases(readFiles(), implementation)
  const failures: string[] = []
  for (const { subject, name, expected, actual } of cases) {
    const answer = await actual().catch((error: unknown) => ({ threw: String(error) }))
    if (canonical(answer) === canonical(expected)) continue
    failures.push(`${subject}: ${name}: expected ${canonical(expected)}, got ${canonical(answer)}`)
  }
  return { passed: cases.length - failures.length, failures, excused: [], crypto: cryptoBuild() }
}

/** Which build of `#crypto` was loaded: only that of WebCrypto has keys that are imported later. */
function cryptoBuild(): CryptoBuild {
  const [keys] = keysOf(['a secret of no importance'])
  return keys && 'imported' in keys.signature ? 'web' : 'node'
}

function readFiles(): VectorFiles {
  const files: unknown = {
    verify: verification.vectors,
    sign: signing.vectors,
    secret: secret.vectors,
    digest: digest.vectors,
    'retry-after': retryAfter.vectors,
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the package's own tests compare the files with their schema
  return files as VectorFiles
}

/** JSON with the keys of every object in order, so that equal values are equal texts. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
