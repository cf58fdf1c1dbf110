import type { HashAlgorithm, Hashing } from './check-signature-evidence.ts'

/** Work that is counted. */
export interface CountedWork {
  readonly hashing: Hashing
  /** Counts other work as the bytes that could be hashed meanwhile, and lets others go on when it is time to. */
  readonly spend: (bytes: number) => Promise<void>
  /** Counts a variant of the body that was made. */
  readonly made: (bytes: number) => Promise<void>
  /** Lets others go on when it is time to. */
  readonly rest: () => Promise<void>
  /** Whether as much was hashed as one check may. What is asked for afterwards is computed nevertheless. */
  readonly isOver: () => boolean
  /** Whether variants of the body were made of as many bytes as one check may. */
  readonly hasMadeAll: () => boolean
}

const MAX_HASHES = 1200
const MAX_HASHED_BYTES = 32 * 1024 * 1024
const MAX_MADE_BYTES = 8 * 1024 * 1024
/** About a millisecond of work. */
const BYTES_BETWEEN_PAUSES = 512 * 1024
/** What a hash costs besides its bytes. */
const BYTES_FOR_A_HASH = 2048

/** Counts what a check does, so that it takes a moment at most, whatever it is given, and nobody waits for all of it. */
export function countWork({ hash, hmac, equal, pause }: Hashing): CountedWork {
  let hashes = 0
  let hashedBytes = 0
  let madeBytes = 0
  let sincePause = 0

  function count(inputs: readonly Uint8Array[]): void {
    hashes += 1
    sincePause += BYTES_FOR_A_HASH
    for (const { length } of inputs) {
      hashedBytes += length
      sincePause += length
    }
  }

  async function rest(): Promise<void> {
    if (sincePause < BYTES_BETWEEN_PAUSES) return
    sincePause = 0
    await pause()
  }

  async function spend(bytes: number): Promise<void> {
    sincePause += bytes
    await rest()
  }

  return {
    hashing: {
      hash(algorithm: HashAlgorithm, ...data: readonly Uint8Array[]) {
        count(data)
        return hash(algorithm, ...data)
      },
      hmac(algorithm: HashAlgorithm, key: Uint8Array, ...data: readonly Uint8Array[]) {
        count([key, ...data])
        return hmac(algorithm, key, ...data)
      },
      equal,
      pause,
    },
    spend,
    async made(bytes) {
      madeBytes += bytes
      await spend(bytes)
    },
    rest,
    isOver: () => hashes >= MAX_HASHES || hashedBytes >= MAX_HASHED_BYTES,
    hasMadeAll: () => madeBytes >= MAX_MADE_BYTES,
  }
}
