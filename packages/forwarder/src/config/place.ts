import type { FilePath } from './file-problem.ts'
import type { ReferenceSources } from './references.ts'

/** Where a value stands. */
export interface Place {
  /** Offset of its key, or of itself in a list. */
  readonly key: number
  readonly value: number
  /** Where it comes from when that is not the file: `${NAME}`, `file:/run/secrets/token`. */
  readonly source?: string
}

/** A path as a key of a map. */
export function placeKey(path: FilePath): string {
  return JSON.stringify(path)
}

/** What is found while a document is read. */
export interface Reading {
  readonly sources: ReferenceSources
  readonly places: Map<string, Place>
  readonly hidden: Set<string>
  readonly literalSecrets: FilePath[]
  /** Tells of a problem; the value is then `undefined`, and nothing more is said about it. */
  readonly report: (path: FilePath, offset: number, problem: string, remedy: string) => undefined
}
