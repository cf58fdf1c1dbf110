import { cleanText } from '../clean-text.ts'

/** The most that is kept of a name or an id, and of a sentence, in UTF-16 units. */
const NAME_LENGTH = 200
const SENTENCE_LENGTH = 1000

/** A name, an id or a code from an event, cleaned and cut; `undefined` when there is nothing to read. */
export function nameFrom(value: unknown): string | undefined {
  return textFrom(value, NAME_LENGTH)
}

/** A sentence from an event, cleaned and cut; `undefined` when there is nothing to read. */
export function sentenceFrom(value: unknown): string | undefined {
  return textFrom(value, SENTENCE_LENGTH)
}

/** The fields that have a value, for types whose optional fields are absent instead. */
export function present<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> }
export function present(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function textFrom(value: unknown, max: number): string | undefined {
  const text = typeof value === 'string' ? cleanText(value, max) : ''
  return text === '' ? undefined : text
}
