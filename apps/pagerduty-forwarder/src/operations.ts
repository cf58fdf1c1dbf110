import {
  type Alert,
  type Call,
  DestinationError,
  type Effect,
  type Operation,
  type Settings,
  type Step,
} from '@complywise/forwarder'
import type { FollowUpEvent } from './client/event.ts'
import type { PagerDutyOptions, PagerDutyTarget } from './config.ts'
import { isNews, type PagerDutyRemote, remoteOf } from './remote.ts'
import { plainChange, renderChange } from './render/change.ts'
import { plainTrigger, renderTrigger } from './render/trigger.ts'
import { sendOrPlain } from './send-or-plain.ts'
import type { Sender } from './sender.ts'

/** What operations are made with. */
export interface OperationsContext {
  readonly settings: Settings
  readonly options: PagerDutyOptions
  readonly sender: Sender
}

/**
 * What a step takes in PagerDuty; pure until it is performed.
 *
 * | Step                          | Takes                                                                               |
 * | ----------------------------- | ----------------------------------------------------------------------------------- |
 * | `open` `reopen`               | `trigger`: a new incident                                                            |
 * | `repeat` `progress`           | `trigger` if it is worse, much larger, or was told long ago; else nothing             |
 * | `resolve`                     | `resolve`, with the routing key of the trigger, whatever the configuration says now  |
 * | `note` `announce`             | `change`, unless the target takes none, or nobody knows what the event means          |
 * | `late`                        | nothing                                                                             |
 */
export function operationsOf(
  step: Step,
  target: PagerDutyTarget | undefined,
  context: OperationsContext,
): readonly Operation<PagerDutyRemote>[] {
  const { action, alert, before, facts } = step
  switch (action) {
    case 'open':
    case 'reopen':
      return alert === undefined || target === undefined ? [] : [trigger(step, alert, target, context)]
    case 'repeat':
    case 'progress': {
      const told = remoteOf(before)
      if (alert === undefined || (target === undefined && told === undefined)) return []
      const isTold = isNews(alert, told, context.options.repeatIntervalMs)
      return isTold ? [trigger(step, alert, target, context)] : []
    }
    case 'resolve':
      return alert === undefined ? [] : [resolve(step, alert, target, context)]
    case 'note':
    case 'announce':
      return target?.changes === true && (facts.kind !== 'unknown' || facts.lacks !== undefined)
        ? [change(step, target, context)]
        : []
    default:
      return []
  }
}

function trigger(
  step: Step,
  alert: Alert,
  target: PagerDutyTarget | undefined,
  { settings, sender }: OperationsContext,
): Operation<PagerDutyRemote> {
  const whose = `target "${step.target}"`
  const rendered = renderTrigger(step, alert, target, settings)
  // The incident before is resolved: the new one belongs to the target as it is configured now.
  const isNew = step.action === 'open' || step.action === 'reopen'
  return {
    name: 'trigger',
    repeat: 'safe',
    preview: {
      request: 'POST /v2/enqueue',
      routing_key: isNew || remoteOf(step.before) === undefined ? ofTarget(step) : ofIncident,
      ...rendered,
    },
    async perform(call) {
      const routingKey = (isNew ? undefined : call.remote?.routingKey) ?? target?.routingKey
      if (routingKey === undefined) return {}
      try {
        return await sendWith(routingKey, call)
      } catch (error) {
        if (!isGone(error, routingKey, target)) throw error
        if (target === undefined) throw integrationGone(alert.key, error)
        return sendWith(target.routingKey, call)
      }
    },
  }

  async function sendWith(
    routingKey: string,
    { signal }: Call<PagerDutyRemote>,
  ): Promise<Effect<PagerDutyRemote>> {
    const { degraded } = await sendOrPlain(
      { ...rendered, routing_key: routingKey },
      { ...plainTrigger(rendered), routing_key: routingKey },
      async (event) => sender.send(event, signal, whose),
    )
    const { key: dedupKey, severity, lastAt: toldAt, members } = alert
    const remote = { routingKey, dedupKey, severity, toldAt, ...(members && { members: members.length }) }
    return { remote, ref: dedupKey, proof: dedupKey, degraded }
  }
}

function resolve(
  step: Step,
  alert: Alert,
  target: PagerDutyTarget | undefined,
  { sender }: OperationsContext,
): Operation<PagerDutyRemote> {
  const action: Omit<FollowUpEvent, 'routing_key'> = { event_action: 'resolve', dedup_key: alert.key }
  return {
    name: 'resolve',
    repeat: 'safe',
    preview: { request: 'POST /v2/enqueue', routing_key: ofIncident, ...action },
    async perform({ remote, signal }) {
      // Nothing was ever triggered for it, so nothing is open.
      if (remote === undefined) return {}
      const { routingKey, dedupKey } = remote
      try {
        const event = { ...action, dedup_key: dedupKey, routing_key: routingKey }
        await sender.send(event, signal, `target "${step.target}"`)
        return { proof: dedupKey }
      } catch (error) {
        if (!isGone(error, routingKey, target)) throw error
        throw integrationGone(dedupKey, error)
      }
    },
  }
}

function change(
  step: Step,
  target: PagerDutyTarget,
  { settings, sender }: OperationsContext,
): Operation<PagerDutyRemote> {
  const rendered = renderChange(step, target, settings)
  const routingKey = target.routingKey
  return {
    name: 'change',
    repeat: 'reconcile',
    preview: { request: 'POST /v2/change/enqueue', routing_key: ofTarget(step), ...rendered },
    async perform({ signal }) {
      const { degraded } = await sendOrPlain(
        { ...rendered, routing_key: routingKey },
        { ...plainChange(rendered), routing_key: routingKey },
        async (event) => sender.send(event, signal, `target "${step.target}"`),
      )
      return { degraded }
    },
    // Nothing deduplicates change events, and a routing key cannot read them.
    reconcile: () => Promise.resolve({ kind: 'unknowable', reason: 'pagerduty_changes_unreadable' }),
  }
}

/** Whether PagerDuty does not know a routing key that the configuration does not name any more: nobody can correct that. */
function isGone(error: unknown, routingKey: string, target: PagerDutyTarget | undefined): boolean {
  return (
    error instanceof DestinationError &&
    error.code === 'pagerduty_unauthorized_key' &&
    routingKey !== target?.routingKey
  )
}

function integrationGone(dedupKey: string, cause: unknown): DestinationError {
  return new DestinationError(
    'payload',
    'pagerduty_integration_gone',
    `The incident ${dedupKey} was triggered with an integration that PagerDuty does not know any more; somebody has to resolve it in PagerDuty.`,
    { cause },
  )
}

const ofIncident = '(routing key that the incident was triggered with)'

function ofTarget({ target }: Step): string {
  return `(routing key of target "${target}")`
}
