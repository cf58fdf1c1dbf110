/** What an endpoint may do wrong. */
export const hostilities = [
  'resets the connection',
  'resets in the middle of its answer',
  'never answers',
  'drips a byte a second',
  'drips its headers',
  'sends headers without end',
  'sends a body of 1 GB',
  'answers with what is not HTTP',
  'sends informational answers without end',
  'redirects to itself',
  'has a certificate that nobody trusts',
] as const

/** One of {@link hostilities}. */
export type Hostility = (typeof hostilities)[number]

/** How attempts at such an endpoint end; each of these is right. */
export const outcomesOf: Readonly<Record<Hostility, readonly string[]>> = {
  'resets the connection': ['reset'],
  'resets in the middle of its answer': ['reset'],
  'never answers': ['timeout'],
  'drips a byte a second': ['timeout'],
  'drips its headers': ['timeout'],
  'sends headers without end': ['reset'],
  // Its start is read, and it says that it has worked.
  'sends a body of 1 GB': ['succeeded'],
  'answers with what is not HTTP': ['reset'],
  'sends informational answers without end': ['timeout', 'reset'],
  'redirects to itself': ['redirect'],
  'has a certificate that nobody trusts': ['tls'],
}
