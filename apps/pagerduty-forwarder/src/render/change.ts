import { describe, type Settings, type Step } from '@complywise/forwarder'
import type { ChangeEvent } from '../client/event.ts'
import type { PagerDutyTarget } from '../config.ts'
import { renderDetails } from './details.ts'
import { renderLinks } from './links.ts'
import { renderSummary } from './summary.ts'

/** A change event without the routing key it is sent with. */
export type Change = Omit<ChangeEvent, 'routing_key'>

/** What PagerDuty is told of news that open no incident: it stands beside the incidents of its time. */
export function renderChange(step: Step, target: PagerDutyTarget, settings: Settings): Change {
  const description = describe(step, settings)
  return {
    payload: {
      summary: renderSummary(step, description, settings),
      source: target.source ?? settings.instance,
      timestamp: new Date(step.event.timestamp).toISOString(),
      custom_details: renderDetails(description, step),
    },
    ...renderLinks(description),
  }
}

/** The same news without anything that PagerDuty might refuse. */
export function plainChange({ payload }: Change): Change {
  const { custom_details: _, ...plain } = payload
  return { payload: plain }
}
