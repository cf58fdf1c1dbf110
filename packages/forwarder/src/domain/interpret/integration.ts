import type { EventOf, WebhookEvent } from '@complywise/webhooks'
import type { Settings } from '../../config/settings.ts'
import { integrationKey } from '../correlation-key.ts'
import { toInstant } from '../instant.ts'
import type { Interpretation } from '../interpretation.ts'
import type { Memory } from '../memory.ts'
import type { Reading } from '../reading.ts'
import { nameFrom, present, scalarTextFrom, sentenceFrom } from './text.ts'

/** So many affected controls are named; the rest are counted. */
const MAX_AFFECTED = 100

/** An integration that lost its connection; news without an alert when the event does not say which. */
export function interpretIntegration(
  { data }: EventOf<'integration.disconnected'>,
  memory: Memory,
  settings: Settings,
): Interpretation {
  const labels = present({
    integrationId: nameFrom(data.integration_id),
    provider: nameFrom(data.provider),
    name: nameFrom(data.name),
  })
  const id = [data.integration_id, data.provider, data.name].find((text) => nameFrom(text) !== undefined)
  const reported = { severity: 'warning', facts: factsOf(data) } as const
  const reading: Reading =
    id === undefined
      ? { kind: 'announcement', labels, ...reported }
      : {
          kind: 'problem',
          subject: { kind: 'integration', key: integrationKey(settings, id), labels },
          ...reported,
        }
  return { readings: [reading], memory }
}

/** The proof that an integration works, when the configuration takes any other event that names it for one. */
export function lifeOfIntegration(event: WebhookEvent, settings: Settings): Reading | undefined {
  if (!settings.recovery.integrationEvidenceOfLife || event.event === 'integration.disconnected')
    return undefined
  const id = scalarTextFrom(new Map<string, unknown>(Object.entries(event.data)).get('integration_id'))
  const integrationId = nameFrom(id)
  if (id === undefined || integrationId === undefined) return undefined
  return {
    kind: 'recovery',
    subject: { kind: 'integration', key: integrationKey(settings, id), labels: { integrationId } },
    facts: { kind: 'recovered', proof: 'evidence_of_life' },
  }
}

function factsOf({
  reason,
  last_connected_at: lastConnectedAt,
  affected_controls: affected = [],
}: EventOf<'integration.disconnected'>['data']): Extract<
  Reading['facts'],
  { readonly kind: 'integration_disconnected' }
> {
  return {
    kind: 'integration_disconnected',
    ...present({
      code: nameFrom(reason?.code),
      message: sentenceFrom(reason?.message),
      lastConnectedAt: lastConnectedAt ? toInstant(lastConnectedAt) : undefined,
    }),
    ...(affected.length > 0 && {
      affectedControls: affected.slice(0, MAX_AFFECTED).map(({ control_id: controlId, framework }) => ({
        controlId: nameFrom(controlId) ?? 'A control without an id',
        ...present({ framework: nameFrom(framework) }),
      })),
      affectedCount: affected.length,
    }),
  }
}
