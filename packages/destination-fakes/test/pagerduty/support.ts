import { Agent } from 'node:https'
import { event } from '@pagerduty/pdjs'
import { onTestFinished } from 'vitest'
import { exampleRoutingKey, type FakePagerDuty, startFakePagerDuty } from '../../src/index.ts'

type Options = NonNullable<Parameters<typeof startFakePagerDuty>[0]>

/** A fake that is closed when the test ends. */
export async function startPagerDuty(options: Options = {}): Promise<FakePagerDuty> {
  const pagerDuty = await startFakePagerDuty(options)
  onTestFinished(async () => {
    await pagerDuty.close()
  })
  return pagerDuty
}

/** What PagerDuty's own SDK makes of an answer. */
export interface SdkAnswer {
  readonly status: number
  readonly data: unknown
}

/** The SDK without its types, which know neither agents nor change events and forbid what these tests send. */
const sdk: { event(parameters: object): Promise<SdkAnswer> } = { event }

/** Sends a body with PagerDuty's own SDK, which asks up to three times more after a 429. */
export async function sendWithSdk(
  { server, ca }: FakePagerDuty,
  body: object,
  type: 'event' | 'change' = 'event',
): Promise<SdkAnswer> {
  const agent = new Agent({ ca })
  const { status, data } = await sdk.event({
    server,
    type,
    agent,
    data: body,
    requestTimeout: 0,
    retryTimeout: 1,
  })
  agent.destroy()
  return { status, data }
}

/** A well-formed trigger. */
export function trigger(fields: object = {}, payload: object = {}): object {
  return {
    routing_key: exampleRoutingKey,
    event_action: 'trigger',
    dedup_key: 'cc6.1',
    payload: { summary: 'CC6.1 is failing', source: 'acme', severity: 'warning', ...payload },
    ...fields,
  }
}

/** A well-formed acknowledgement or resolution. */
export function follow(action: 'acknowledge' | 'resolve', fields: object = {}): object {
  return { routing_key: exampleRoutingKey, event_action: action, dedup_key: 'cc6.1', ...fields }
}

/** A well-formed change event. */
export function change(fields: object = {}, payload: object = {}): object {
  return {
    routing_key: exampleRoutingKey,
    payload: { summary: 'Scan: 142/150', timestamp: '2026-03-01T12:00:00.000Z', ...payload },
    ...fields,
  }
}
