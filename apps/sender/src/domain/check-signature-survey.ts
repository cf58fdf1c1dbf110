import { type BodyChange, bodyVariants } from './check-signature-bodies.ts'
import { isSameBody } from './check-signature-difference.ts'
import type { CountedWork } from './check-signature-work.ts'

/** What is put into an HMAC-SHA256 with the body. */
export interface BodyKey {
  readonly key: Uint8Array
  /** What stands before the body. */
  readonly prefix: Uint8Array
}

/** A variant of the body that was made and is gone. */
export interface SurveyedBody extends BodyChange {
  /** Its HMACs by the keys; of a long body, or with many keys, only by the first ones. */
  readonly digests: readonly Uint8Array[]
}

/** The variants of one body, each of which is made once. */
export interface BodySurvey {
  /** All variants, hashed. Makes them when it is asked first. */
  bodies(): Promise<readonly SurveyedBody[]>
  /** The variant that `wanted[index]` is. Makes the variants unless they were made, and then hashes none. */
  find(index: number): Promise<BodyChange | undefined>
}

/** Goes through the variants of `body`; of their bytes, it keeps none. */
export function createSurvey(
  body: Uint8Array,
  wanted: readonly Uint8Array[],
  keys: readonly BodyKey[],
  work: CountedWork,
): BodySurvey {
  const found = new Map<number, BodyChange>()
  let surveyed: Promise<readonly SurveyedBody[]> | undefined

  async function survey(by: readonly BodyKey[]): Promise<readonly SurveyedBody[]> {
    const bodies: SurveyedBody[] = []
    for await (const { code, change, body: variant } of bodyVariants(body, work)) {
      for (const [index, text] of wanted.entries()) {
        if (isSameBody(text, variant)) found.set(index, { code, change })
      }
      bodies.push({ code, change, digests: await hashAll(variant, by, work) })
    }
    return bodies
  }

  return {
    async bodies() {
      return await (surveyed ??= survey(keys))
    },
    async find(index) {
      await (surveyed ??= survey([]))
      return found.get(index)
    },
  }
}

async function hashAll(
  body: Uint8Array,
  keys: readonly BodyKey[],
  work: CountedWork,
): Promise<readonly Uint8Array[]> {
  const digests: Uint8Array[] = []
  for (const { key, prefix } of keys) {
    if (digests.length > 0 && work.isOver()) break
    digests.push(work.hashing.hmac('sha256', key, prefix, body))
    await work.rest()
  }
  return digests
}
