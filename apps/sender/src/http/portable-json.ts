import { type FieldError, MAX_FIELD_ERRORS, toPointer } from './field-error.ts'

const MAX_DEPTH = 64

/**
 * Finds what in a parsed JSON value would not reach every receiver as it was sent: text with U+0000 or half a
 * surrogate pair, numbers that lose digits, names that parsers refuse, nesting that overflows stacks. It ends once it
 * has found {@link MAX_FIELD_ERRORS}.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7493 (I-JSON), from which the rules on text and numbers are
 */
export function findUnportable(value: unknown): readonly FieldError[] {
  const found: FieldError[] = []
  inspect(value, [], found)
  return found.slice(0, MAX_FIELD_ERRORS)
}

function inspect(value: unknown, path: PropertyKey[], found: FieldError[]): void {
  if (typeof value === 'string') inspectText(value, path, found)
  else if (typeof value === 'number') inspectNumber(value, path, found)
  else if (typeof value === 'object' && value !== null) inspectMembers(value, path, found)
}

function inspectText(text: string, path: PropertyKey[], found: FieldError[]): void {
  if (text.includes('\0')) {
    found.push({ path: toPointer(path), code: 'nul_character', detail: 'Remove the character U+0000.' })
  }
  if (/\p{Surrogate}/u.test(text)) {
    const detail = 'Remove the lone surrogate; it has no encoding in UTF-8.'
    found.push({ path: toPointer(path), code: 'lone_surrogate', detail })
  }
}

function inspectNumber(value: number, path: PropertyKey[], found: FieldError[]): void {
  const isPrecise = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
  if (isPrecise) return
  const detail = 'The number loses digits in JSON; send it as a string.'
  found.push({ path: toPointer(path), code: 'number_imprecise', detail })
}

function inspectMembers(value: object, path: PropertyKey[], found: FieldError[]): void {
  if (path.length >= MAX_DEPTH) {
    const detail = `Nested more than ${MAX_DEPTH} levels deep.`
    found.push({ path: toPointer(path), code: 'nested_too_deeply', detail })
    return
  }
  const isArray = Array.isArray(value)
  const members: Iterable<readonly [PropertyKey, unknown]> = isArray ? value.entries() : Object.entries(value)
  for (const [name, member] of members) {
    if (found.length >= MAX_FIELD_ERRORS) return
    path.push(name)
    if (typeof name === 'string') inspectName(name, member, path, found)
    inspect(member, path, found)
    path.pop()
  }
}

function inspectName(name: string, member: unknown, path: PropertyKey[], found: FieldError[]): void {
  inspectText(name, path, found)
  // What secure-json-parse, the parser of Fastify, refuses: a receiver that uses it could never accept the event.
  const isForbidden =
    name === '__proto__' ||
    (name === 'constructor' &&
      typeof member === 'object' &&
      member !== null &&
      Object.hasOwn(member, 'prototype'))
  if (isForbidden) {
    found.push({ path: toPointer(path), code: 'forbidden_key', detail: 'Use another name for this field.' })
  }
}
