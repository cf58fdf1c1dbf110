import { type Alert, describe, type Labels, type Settings, type Step } from '@complywise/forwarder'
import type { TriggerEvent } from '../client/event.ts'
import type { PagerDutyTarget } from '../config.ts'
import { renderDetails } from './details.ts'
import { renderLinks } from './links.ts'
import { renderSummary } from './summary.ts'

/** A trigger without the routing key it is sent with. */
export type Trigger = Omit<TriggerEvent, 'routing_key'>

/** What PagerDuty is told when an alert opens, or when there is news of it. `target` is `undefined` when it was removed. */
export function renderTrigger(
  step: Step,
  alert: Alert,
  target: PagerDutyTarget | undefined,
  settings: Settings,
): Trigger {
  const description = describe(step, settings)
  const { links } = renderLinks(description)
  const clientUrl = links?.[0]?.href ?? target?.clientUrl
  const component = componentOf(alert)
  const { framework } = alert.labels
  return {
    event_action: 'trigger',
    dedup_key: alert.key,
    client: 'ComplyWise',
    ...(clientUrl !== undefined && { client_url: clientUrl }),
    payload: {
      summary: renderSummary(step, description, settings),
      source: target?.source ?? settings.instance,
      severity: alert.severity,
      timestamp: new Date(step.event.timestamp).toISOString(),
      ...(component !== undefined && { component }),
      ...(framework !== undefined && framework !== '' && { group: framework }),
      class: step.event.event,
      custom_details: renderDetails(description, step),
    },
    ...(links && { links }),
  }
}

/** The same incident without anything that PagerDuty might refuse. */
export function plainTrigger({ event_action, dedup_key, payload }: Trigger): Trigger {
  const { summary, source, severity, timestamp } = payload
  return {
    event_action,
    dedup_key,
    payload: { summary, source, severity, ...(timestamp !== undefined && { timestamp }) },
  }
}

/** The part of the organization that is broken; a storm is about many. */
function componentOf({ kind, labels }: Alert): string | undefined {
  const component = components[kind](labels)
  return component === '' ? undefined : component
}

const components: Readonly<Record<Alert['kind'], (labels: Labels) => string | undefined>> = {
  control: ({ controlId }) => controlId,
  scan: () => 'scan',
  score: () => 'score',
  integration: ({ name, provider, integrationId }) => name ?? provider ?? integrationId,
  storm: () => undefined,
}
