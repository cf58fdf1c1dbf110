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

/** A text, or a number written as one, such as an id; `undefined` for anything else. */
export function scalarTextFrom(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined
  return typeof value === 'string' ? value : undefined
}

/** A number, or a text that is one: `61.0`, `94 %`; `undefined` for anything else. */
export function numberFrom(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  const digits =
    typeof value === 'string' ? /^\s*([+-]?\d{1,15}(?:\.\d{1,15})?)\s*%?\s*$/.exec(value)?.[1] : undefined
  return digits === undefined ? undefined : Number(digits)
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
