import { eventTypes, inspectSecret } from '@complywise/webhooks'
import type { AppConfig } from '../forwarder-app.ts'
import { matchFields } from '../routing/match.ts'
import { coversPattern, matchesAny } from '../routing/pattern.ts'
import { didYouMean } from './did-you-mean.ts'
import type { FilePath } from './file-problem.ts'
import type { Match } from './settings.ts'

/** Something that a configuration says which is allowed and hardly meant. */
export interface Warning {
  readonly path: FilePath
  readonly problem: string
  readonly remedy: string
}

/** What is suspicious about a configuration that is valid, in the order of the file's reference. */
export function configWarnings(config: AppConfig<unknown, unknown>, now: Date): readonly Warning[] {
  return [
    ...weakSecrets(config, now),
    ...unusedTargets(config),
    ...unknownEvents(config),
    ...unreachableRoutes(config),
    ...pastMutes(config, now),
    ...longDeadline(config),
  ]
}

function weakSecrets({ webhook }: AppConfig<unknown, unknown>, now: Date): readonly Warning[] {
  return webhook.secrets.flatMap(({ id, value, notAfter }) => {
    const path = ['webhook', 'secret']
    const inspection = inspectSecret(value)
    const weak =
      'detail' in inspection
        ? [
            {
              path,
              problem: `is weak, in its secret ${JSON.stringify(id)}: ${inspection.detail.replace(/\.$/, '')}`,
              remedy: 'Rotate it: whoever captures one request can guess it.',
            },
          ]
        : []
    const isPast = notAfter !== undefined && notAfter <= now
    const problem = `has a secret ${JSON.stringify(id)} that is accepted no more`
    return [...weak, ...(isPast ? [{ path, problem, remedy: 'Remove it.' }] : [])]
  })
}

function unusedTargets({ targets, settings }: AppConfig<unknown, unknown>): readonly Warning[] {
  const used = new Set(settings.routes.flatMap(({ to }) => to))
  return Object.keys(targets)
    .filter((name) => !used.has(name))
    .map((name) => ({
      path: ['targets', name],
      problem: 'is in no route',
      remedy: 'Only what is open there already is told there.',
    }))
}

function unknownEvents({ settings }: AppConfig<unknown, unknown>): readonly Warning[] {
  return (['routes', 'severities', 'mutes'] as const).flatMap((section) =>
    settings[section].flatMap(({ match }, index) =>
      (match.event ?? [])
        .filter((pattern) => !eventTypes.some((type) => matchesAny([pattern], type) !== undefined))
        .map((pattern) => {
          const meant = didYouMean(pattern, eventTypes)
          return {
            path: [section, index, 'match', 'event'],
            problem: `has ${JSON.stringify(pattern)}, which is no type of event that this version knows`,
            remedy: meant === undefined ? `They are ${eventTypes.join(', ')}.` : `Did you mean ${meant}?`,
          }
        }),
    ),
  )
}

function unreachableRoutes({ settings }: AppConfig<unknown, unknown>): readonly Warning[] {
  if (settings.routing === 'all') return []
  return settings.routes.flatMap(({ match }, index) => {
    const before = settings.routes.slice(0, index).findIndex((earlier) => covers(earlier.match, match))
    if (before < 0) return []
    const problem = `never applies: routes[${before}] takes everything that it matches`
    return [{ path: ['routes', index], problem, remedy: 'Put it before that one, or set routing: all.' }]
  })
}

/** Whether everything that `narrow` matches is matched by `wide`. */
function covers(wide: Match, narrow: Match): boolean {
  return matchFields.every((field) => {
    const patterns = wide[field]
    const narrower = narrow[field]
    if (patterns !== undefined) {
      return narrower?.every((each) => patterns.some((pattern) => coversPattern(pattern, each))) === true
    }
    // Without `event` a route does not match unknown types, which a pattern may.
    return (
      field !== 'event' ||
      narrower === undefined ||
      narrower.every((each) => eventTypes.some((type) => type === each))
    )
  })
}

function pastMutes({ settings }: AppConfig<unknown, unknown>, now: Date): readonly Warning[] {
  return settings.mutes.flatMap(({ until }, index) =>
    Date.parse(until) > now.getTime()
      ? []
      : [{ path: ['mutes', index, 'until'], problem: `is over since ${until}`, remedy: 'Remove the mute.' }],
  )
}

const senderTimeoutMs = 15_000

function longDeadline({ settings }: AppConfig<unknown, unknown>): readonly Warning[] {
  if (settings.deadlineMs < senderTimeoutMs) return []
  return [
    {
      path: ['deadline'],
      problem: "is not below the sender's timeout, which is 15 s by default",
      remedy: 'The sender would give up first, and try again.',
    },
  ]
}
