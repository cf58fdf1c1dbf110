/** What people are told about one type of event. The schemas are elsewhere, since a receiver needs no texts. */
export interface EventDefinition<Data> {
  /** Two or three words for a heading, such as `Scan completed`. */
  readonly title: string
  /** When the event occurs: a phrase without a capital or a full stop. */
  readonly meaning: string
  /** What `data` holds as a whole, one sentence. */
  readonly description: string
  /** What each field of `data` holds, in sentences and in the order of the schema. */
  readonly fields: FieldDescriptions<Data>
  /** A realistic `data` with every field. */
  readonly example: Data
}

/** A description for every field of `Data`, at any depth, by its {@link FieldPath}. */
export type FieldDescriptions<Data> = { readonly [Path in FieldPath<Data>]: string }

/**
 * The path of a field, at any depth, such as `error.code`. `controls[].name` is the `name` of each element of
 * `controls`.
 */
export type FieldPath<Data, Prefix extends string = ''> = {
  readonly [Name in keyof Data & string]:
    | `${Prefix}${Name}`
    | PathBelow<NonNullable<Data[Name]>, `${Prefix}${Name}`>
}[keyof Data & string]

type PathBelow<Value, Path extends string> = Value extends readonly (infer Element)[]
  ? PathBelow<Element, `${Path}[]`>
  : Value extends object
    ? FieldPath<Value, `${Path}.`>
    : never
