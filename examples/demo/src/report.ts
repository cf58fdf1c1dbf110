import type { ApiClient, Delivery, DeliveryDetail } from './api-client.ts'
import { resultWords } from './attempts.ts'
import type { Stage } from './stage.ts'
import { print, table } from './terminal.ts'

const POLL_MS = 100

/** What was published. */
export interface Published {
  readonly eventId: string
  readonly event: string
  readonly words: string
  /** How many subscriptions it is owed to. */
  readonly deliveryCount: number
}

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

/** Prints what became of each event at each subscriber. `names` are those of the subscriptions. */
export function printDeliveries(
  deliveries: readonly DeliveryDetail[],
  published: readonly Published[],
  names: ReadonlyMap<string, string>,
): void {
  const columns = [...names]
  const row = (words: string, isWanted: (delivery: Delivery) => boolean): readonly string[] => [
    words,
    ...columns.map(([id]) => {
      const found = deliveries.find((each) => each.subscription_id === id && isWanted(each))
      const last = found?.attempts.at(-1)
      if (found === undefined || last === undefined) return '–'
      return found.status === 'succeeded' ? resultWords(last) : found.status.toUpperCase()
    }),
  ]
  table(
    ['EVENT', ...columns.map(([, name]) => name.toUpperCase())],
    published.flatMap(({ eventId, words }) => {
      const ofEvent = (each: Delivery): boolean => each.event_id === eventId
      const isRepeated = deliveries.some((each) => ofEvent(each) && each.redelivery_of !== null)
      return [
        row(words, (each) => ofEvent(each) && each.redelivery_of === null),
        ...(isRepeated
          ? [row('  the same, delivered again', (each) => ofEvent(each) && each.redelivery_of !== null)]
          : []),
      ]
    }),
  )
  print('')
  for (const line of legend) print(line)
}

const legend = [
  'told           people were told, or what they see was brought up to date',
  'nothing to do  nothing that belongs there: a score is no issue in Jira',
  'out of date    something newer is known, so that nothing reopens',
  'known already  it was delivered before, and is done once',
  '–              not subscribed',
]

/** What is not as it should be; sentences. */
export function findProblems(
  { subscribers, destinations }: Stage,
  deliveries: readonly DeliveryDetail[],
  published: readonly Published[],
  names: ReadonlyMap<string, string>,
): readonly string[] {
  const owedTo = (name: string): readonly Published[] =>
    published.filter(({ eventId }) =>
      deliveries.some(
        ({ event_id: id, subscription_id: subscriptionId }) =>
          id === eventId && names.get(subscriptionId) === name,
      ),
    )
  return [
    ...deliveries
      .filter(({ status }) => status !== 'succeeded')
      .map(({ event, status, subscription_id: id }) => `${event} to ${names.get(id)} is ${status}`),
    ...subscribers.flatMap(({ name, receiver }) =>
      receiver === undefined ? [] : problemsAt(name, receiver.handled, owedTo(name)),
    ),
    ...destinations.flatMap((destination) => {
      const { title, fake } = destination
      const about = destination
        .screen()
        .cards.filter(({ tone, headline }) => tone !== 'news' && headline.includes('CC6.1'))
      const isClosed = about.length === 1 && about[0]?.tone === 'closed'
      return [
        ...fake.refusals.map(({ operation, why }) => `${title} refused ${operation}: ${why}`),
        ...(isClosed
          ? []
          : [`${title} holds ${about.length} things about CC6.1, instead of one that is closed`]),
      ]
    }),
  ]
}

function problemsAt(
  name: string,
  handled: readonly string[],
  published: readonly Published[],
): readonly string[] {
  return published.flatMap(({ event, eventId }) => {
    const times = handled.filter((each) => each === eventId).length
    return times === 1 ? [] : [`${name} handled ${event} ${eventId} ${times} times`]
  })
}

/** Prints the problems, or that there are none. Returns the exit code: 0 or 1. */
export function printVerdict(
  problems: readonly string[],
  deliveries: readonly DeliveryDetail[],
  published: readonly Published[],
): number {
  if (problems.length > 0) print('')
  for (const problem of problems) process.stderr.write(`NOT AS IT SHOULD BE: ${problem}\n`)
  if (problems.length > 0) return 1
  const attempts = deliveries.reduce((sum, delivery) => sum + delivery.attempts.length, 0)
  print(
    `\n${published.length} events, ${deliveries.length} deliveries, ${attempts} attempts, every signature verified. Both receivers handled each event once.
CC6.1 failed, recovered, was reported late and delivered twice: one message, one incident and one issue, each closed.`,
  )
  return 0
}
