/** A subscription beside an event that it has no delivery of. */
export interface Absence {
  /** When the event was published. */
  readonly publishedAt: Date
  /** The pattern of the subscription that matches the event now. */
  readonly matchedBy: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** Why a subscription has no delivery of an event. */
export const absenceCodes = ['created_later', 'no_pattern_matches', 'changed_later', 'not_recorded'] as const

/** One of {@link absenceCodes}. */
export type AbsenceCode = (typeof absenceCodes)[number]

/** Says why a subscription of the account has no delivery of an event. */
export function explainAbsence({ publishedAt, matchedBy, createdAt, updatedAt }: Absence): {
  readonly code: AbsenceCode
  readonly detail: string
} {
  if (createdAt > publishedAt) {
    const detail = 'The subscription was created after the event was published.'
    return { code: 'created_later', detail }
  }
  if (matchedBy === null) {
    const detail = 'None of its patterns matches the event.'
    return { code: 'no_pattern_matches', detail }
  }
  if (updatedAt > publishedAt) {
    const detail = `It matches by ${matchedBy} now, and was changed after the event was published.`
    return { code: 'changed_later', detail }
  }
  const detail =
    'It matches, and there is no delivery: it was being created, or the delivery is no longer kept.'
  return { code: 'not_recorded', detail }
}
