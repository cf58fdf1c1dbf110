import type { SchemaFor } from './schema.ts'

/** Everything there is to know about one type of event. */
export interface EventDefinition<Data> {
  /** Two or three words for a heading, such as `Scan completed`. */
  readonly title: string
  /** When the event occurs: a phrase without a capital or a full stop. */
  readonly meaning: string
  /** Whether the product page documents `data`, which makes its fields something a receiver can insist on. */
  readonly isDocumented: boolean
  /** What a sender publishes as `data`, in JSON Schema, every field described. */
  readonly data: SchemaFor<Data>
  /** A realistic `data` with every field. */
  readonly example: Data
}

/** `Data` in which every field, at any depth, may be absent. */
export type Tolerant<Data> = Data extends readonly (infer Element)[]
  ? readonly Tolerant<Element>[]
  : Data extends object
    ? { readonly [Name in keyof Data]?: Tolerant<Data[Name]> }
    : Data
