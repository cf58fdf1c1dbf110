import type { BodyChange } from './check-signature-bodies.ts'
import { isSameBody, nameChange } from './check-signature-difference.ts'
import type { KnownSecret, SignatureEvidence } from './check-signature-evidence.ts'
import { keysOf, named } from './check-signature-secrets.ts'
import { type BodyKey, createSurvey } from './check-signature-survey.ts'
import type { Suspect } from './check-signature-suspects.ts'
import type { CountedWork } from './check-signature-work.ts'

/** What may have been signed in place of the body. */
export interface BodySuspects {
  /** The body that was given, signed as it should be. */
  given(): Generator<Suspect>
  /** Every variant of the body, signed as one of the headers is; computed at once. */
  variants(): AsyncGenerator<Suspect>
  /** What the body that was given is of the one that was sent. Made at last, when nothing is looked for any more. */
  nameGiven(given: Uint8Array): Promise<BodyChange>
}

/** Looks for other bodies than the one that was sent. */
export function createBodySuspects(evidence: SignatureEvidence, work: CountedWork): BodySuspects {
  const { body, hashedBody, secrets } = evidence
  const texts = hashedBody === undefined || isSameBody(hashedBody, body) ? [] : readings(hashedBody)
  const signings = signingsOf(evidence)
  const survey = createSurvey(body, texts, signings, work)

  return {
    *given() {
      for (const [index, text] of texts.entries()) {
        if (isSameBody(text, body)) continue
        for (const secret of secrets) {
          const digest = work.hashing.hmac('sha256', keysOf(secret.value).signature, text)
          const refine = async (): Promise<Pick<Suspect, 'code' | 'detail'>> => {
            const { code, change } = nameChange(body, text, await survey.find(index))
            return { code, detail: describeVariant(secret, change) }
          }
          yield { code: 'body_changed', detail: describeVariant(secret, 'changed'), digest, refine }
        }
      }
    },
    async *variants() {
      const bodies = await survey.bodies()
      for (const [index, { describe }] of signings.entries()) {
        for (const { code, change, digests } of bodies) {
          const digest = digests[index]
          if (digest !== undefined) yield { code, detail: describe(change), digest }
        }
      }
    },
    async nameGiven(given) {
      return nameChange(body, given, await survey.find(0))
    },
  }
}

// A form may add or take away the line break at the end.
function readings(given: Uint8Array): readonly Uint8Array[] {
  const text = Buffer.from(given).toString('utf8')
  return [given, encode(text.trimEnd()), encode(`${text}\n`)]
}

interface Signing extends BodyKey {
  /** Says what was done with a body that was changed. */
  readonly describe: (change: string) => string
}

// The likely first: of long bodies the others are not computed.
function signingsOf({ secrets, attempts }: SignatureEvidence): readonly Signing[] {
  const signings = secrets.map((secret): Signing => {
    const describe = (change: string): string => describeVariant(secret, change)
    return { key: keysOf(secret.value).signature, prefix: encode(''), describe }
  })
  const [newest, last] = [secrets[0], attempts.at(-1)]
  if (newest === undefined || last?.webhookId === undefined) return signings
  const attempt: Signing = {
    key: keysOf(newest.value).attempt,
    prefix: encode(`${last.webhookId}.${last.webhookTimestamp}.`),
    describe: (change) =>
      `It covers id and time of attempt ${last.number} as \`webhook-signature\` does. ${describeVariant(newest, change)}`,
  }
  return signings.toSpliced(1, 0, attempt)
}

function describeVariant(secret: KnownSecret, change: string): string {
  return `The secret${named(secret)} is right; the body is not: before it was hashed, it was ${change}.`
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
