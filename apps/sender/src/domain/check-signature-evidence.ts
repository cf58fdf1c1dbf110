/** What a signature is checked against. */
export interface SignatureEvidence {
  /** What somebody's code computed, in whatever form. */
  readonly signature: string
  /** The bytes that are sent and signed. */
  readonly body: Uint8Array
  /** What that code hashed, where it is known. */
  readonly hashedBody?: Uint8Array | undefined
  /** All that are still kept, newest first, at least one. */
  readonly secrets: readonly KnownSecret[]
  /** Those that sent something, in order. */
  readonly attempts: readonly SignedAttempt[]
}

/** A secret of the subscription. */
export interface KnownSecret {
  readonly value: string
  /** Its last characters; empty of a short one. */
  readonly hint: string
  /** `old`: it signs beside the newest. `expired`: it signs no more. */
  readonly state: 'newest' | 'old' | 'expired'
}

/** What one attempt carried, by the wire contract. */
export interface SignedAttempt {
  readonly number: number
  /** `X-ComplyWise-Signature`. */
  readonly signature: string | undefined
  readonly webhookId: string | undefined
  readonly webhookTimestamp: string | undefined
  readonly webhookSignature: string | undefined
}

/** Hash functions by the names of OpenSSL. */
export type HashAlgorithm = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

/** The cryptography that a check needs. */
export interface Hashing {
  /** Of `data`, one after the other. */
  readonly hash: (algorithm: HashAlgorithm, ...data: readonly Uint8Array[]) => Uint8Array
  /** Of `data`, one after the other. */
  readonly hmac: (algorithm: HashAlgorithm, key: Uint8Array, ...data: readonly Uint8Array[]) => Uint8Array
  /** Compares two arrays of the same length in a time that does not depend on their contents. */
  readonly equal: (a: Uint8Array, b: Uint8Array) => boolean
  /** Lets others go on; awaited after every few milliseconds of work. */
  readonly pause: () => Promise<void>
}
