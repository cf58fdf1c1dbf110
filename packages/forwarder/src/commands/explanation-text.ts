import type { WebhookEvent } from '@complywise/webhooks'
import type { Settings } from '../config/settings.ts'
import { cleanText } from '../domain/clean-text.ts'
import { describe } from '../domain/describe.ts'
import type { Explanation, StepResult } from '../engine/engine.ts'
import { jsonText } from './json-text.ts'
import type { OperationPreview } from './next-recovery.ts'

/** A step of an explanation, and what would end it. */
export type ExplainedStep = Explanation['steps'][number] & {
  readonly recovery: readonly OperationPreview[] | undefined
}

/**
 * An explanation for people.
 *
 * @param admittedAt since when the ledger has the event, RFC 3339; `undefined` when it has not.
 */
export function explanationText(
  { event, event_id, timestamp }: WebhookEvent,
  admittedAt: string | undefined,
  steps: readonly ExplainedStep[],
  settings: Settings,
): string {
  const head = `${cleanText(event)} of ${timestamp} (${event_id})\n`
  const known =
    admittedAt === undefined
      ? ''
      : `The ledger has it since ${admittedAt}, so nothing of it is done twice. If it came for the first time now:\n`
  return head + known + steps.map((step) => `\n${stepText(step, settings)}`).join('')
}

function stepText(explained: ExplainedStep, settings: Settings): string {
  const { target, step, result, reason, why, operations, recovery } = explained
  const lines = [
    `${target ?? 'nobody'}: ${[step?.action, result].filter((part) => part !== undefined).join(', ')}`,
    `  ${meanings[result]}${reason === undefined ? '' : ` ${reasons[reason] ?? reason}`}`,
    ...why.map((sentence) => `  ${cleanText(sentence)}`),
  ]
  if (step?.alert !== undefined) {
    const { key, severity, owner, dueAt } = step.alert
    lines.push(`  Key ${key}, severity ${severity}.`)
    if (owner !== undefined) lines.push(`  Owner ${cleanText(owner)}.`)
    if (dueAt !== undefined) lines.push(`  Due ${dueAt}.`)
  }
  if (step !== undefined) lines.push(`  Says: ${describe(step, settings).summary}`)
  for (const operation of operations) lines.push(...operationLines(operation))
  if (recovery !== undefined) {
    const names = recovery.map(({ name }) => name)
    lines.push(
      names.length === 0
        ? '  The next recovery tells nobody here.'
        : `  The next recovery does: ${names.join(', ')}.`,
    )
  }
  return `${lines.join('\n')}\n`
}

function operationLines({ name, preview }: OperationPreview): readonly string[] {
  const text = typeof preview === 'string' ? preview : jsonText(preview, 2)
  return [`  ${name}:`, ...text.split('\n').map((line) => `    ${line}`)]
}

const meanings: Readonly<Record<StepResult, string>> = {
  delivered: 'Would be sent now.',
  dry_run: 'Would be sent now.',
  held: 'Would wait in the ledger.',
  stale: 'Changes nothing: something newer is known.',
  unchanged: 'Tells nothing.',
  ignored: 'Tells nothing.',
  dead: 'Could never be sent.',
  retry: 'Would be tried again.',
}

/** Codes that are no sentences by themselves. */
const reasons: Readonly<Record<string, string>> = {
  no_route: 'No route matches.',
  routed_to_nobody: 'The route that matches has no targets.',
  newer_event_known: 'A newer event about the same has come before.',
  newer_clean_scan: 'A newer scan has found nothing that fails.',
  nothing_open: 'Nothing is open there that it could end.',
  already_resolved: 'What it ends has ended already.',
  told_with_storm: 'The roll-up that stands for it says so already.',
  nobody_was_told: 'What it ends is not told yet, and never will be.',
  nothing_to_say: 'There is nothing to say of it there.',
  unchanged: 'The score has not changed enough.',
  muted: 'A mute applies.',
}
