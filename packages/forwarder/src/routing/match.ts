import { isEventType } from '@complywise/webhooks'
import type { Match } from '../config/settings.ts'
import type { Severity } from '../domain/severity.ts'
import { matchesAny } from './pattern.ts'
import type { Routable } from './routable.ts'

/** What a match is asked about. */
export type Conditions = Omit<Routable, 'severity'> & { readonly severity?: Severity }

/**
 * What of a match does not hold: `control is "CC6.1", not CC7.*`; `undefined` when all of it holds. A match that asks for
 * nothing holds for everything, except that of `known-types` it holds for no type of event that this version does not know.
 */
export function findMismatch(
  match: Match,
  conditions: Conditions,
  unnamed: 'known-types' | 'all-types',
): string | undefined {
  if (match.event === undefined && unnamed === 'known-types' && !isEventType(conditions.event)) {
    return `the event ${JSON.stringify(conditions.event)} is of an unknown type, which only a route with \`event\` matches`
  }
  const failed = asked(match, conditions).find(({ patterns, text }) => !matchesAny(patterns, text))
  if (failed === undefined) return undefined
  const { name, patterns, text } = failed
  return text === undefined
    ? `it names no ${name}`
    : `${name} is ${JSON.stringify(text)}, not ${patterns.join(' or ')}`
}

/** What a match that holds has matched, for people: `control "CC6.1" by CC6.*`; `everything` when it asks for nothing. */
export function matchedBy(match: Match, conditions: Conditions): string {
  const parts = asked(match, conditions).map(
    ({ name, patterns, text }) => `${name} ${JSON.stringify(text)} by ${matchesAny(patterns, text)}`,
  )
  return parts.length === 0 ? 'everything' : parts.join(', ')
}

interface Asked {
  readonly name: string
  readonly patterns: readonly string[]
  readonly text: string | undefined
}

function asked(match: Match, { event, labels, severity }: Conditions): readonly Asked[] {
  const texts = {
    event,
    framework: labels.framework,
    control: labels.controlId,
    provider: labels.provider,
    severity,
  } as const satisfies Record<keyof Match, string | undefined>
  return matchFields.flatMap((name) => {
    const patterns = match[name]
    return patterns === undefined ? [] : [{ name, patterns, text: texts[name] }]
  })
}

/** What can be asked for, in the order in which it is told. */
export const matchFields = [
  'event',
  'framework',
  'control',
  'provider',
  'severity',
] as const satisfies readonly (keyof Match)[]
