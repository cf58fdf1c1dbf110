import type { ApiClient, Delivery, DeliveryDetail } from './api-client.ts'
import type { DemoReceiver } from './receiver.ts'
import { table, title } from './screen.ts'

const POLL_MS = 100

/** Waits until `count` deliveries are settled, at most `deadlineMs`, and returns them as they stand then. */
export async function waitForDeliveries(
  api: ApiClient,
  count: number,
  deadlineMs: number,
): Promise<readonly DeliveryDetail[]> {
  const deadline = Date.now() + deadlineMs
  let deliveries: readonly Delivery[]
  for (;;) {
    deliveries = await api.listDeliveries()
    const isSettled =
      deliveries.length >= count && deliveries.every((delivery) => delivery.status !== 'pending')
    if (isSettled || Date.now() > deadline) break
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  return Promise.all(deliveries.map((delivery) => api.getDelivery(delivery.id)))
}

/** Prints the deliveries and whether all is as it should be. Returns the exit code: 0 or 1. */
export function printReport(
  deliveries: readonly DeliveryDetail[],
  subscriptions: ReadonlyMap<string, string>,
  receivers: readonly DemoReceiver[],
  eventIds: readonly string[],
): number {
  const names = receivers.map((receiver) => receiver.name)
  const place = ({ subscription_id: subscriptionId, event_id: eventId }: DeliveryDetail): number =>
    names.indexOf(subscriptions.get(subscriptionId) ?? '') * eventIds.length + eventIds.indexOf(eventId)
  title('Deliveries')
  table(
    ['RECEIVER', 'EVENT', 'STATUS', 'TOOK', 'ATTEMPTS'],
    deliveries
      .toSorted((a, b) => place(a) - place(b))
      .map((delivery) => [
        subscriptions.get(delivery.subscription_id) ?? '?',
        delivery.event,
        delivery.status,
        took(delivery),
        delivery.attempts.map((attempt) => `${attempt.outcome} ${attempt.duration_ms} ms`).join(' → '),
      ]),
  )
  const problems = [
    ...deliveries
      .filter((delivery) => delivery.status !== 'succeeded')
      .map(
        (delivery) =>
          `${delivery.event} to ${subscriptions.get(delivery.subscription_id)} is ${delivery.status}`,
      ),
    ...receivers.flatMap((receiver) => eventIds.flatMap((eventId) => problemAt(receiver, eventId))),
  ]
  for (const problem of problems) process.stderr.write(`NOT DELIVERED: ${problem}\n`)
  if (problems.length > 0) return 1
  const verified = deliveries.reduce((sum, delivery) => sum + delivery.attempts.length, 0)
  process.stdout.write(
    `\n${eventIds.length} events reached ${receivers.length} receivers, each handled once: ${deliveries.length} deliveries in ${verified} attempts, every signature verified.\n`,
  )
  return 0
}

function problemAt(receiver: DemoReceiver, eventId: string): readonly string[] {
  const times = receiver.handled.filter((handled) => handled === eventId).length
  return times === 1 ? [] : [`${receiver.name} handled ${eventId} ${times} times`]
}

function took({ created_at: createdAt, completed_at: completedAt }: DeliveryDetail): string {
  return completedAt === null
    ? '–'
    : `${(Date.parse(completedAt) - Date.parse(createdAt)).toLocaleString('en')} ms`
}
