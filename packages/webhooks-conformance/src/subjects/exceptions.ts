import type { Exceptions } from '../subject.ts'

/** Of servers whose headers are Node's `request.headers`. */
export const firstMediaTypeOnly: Exceptions = {
  'two media types, JSON first: 415': 'Node keeps the first content-type of several, and drops the others.',
}
