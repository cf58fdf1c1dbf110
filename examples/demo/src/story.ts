import type { AttemptTeller } from './attempts.ts'
import { happenings, repeatedIndex } from './happenings.ts'
import { findProblems, printDeliveries, printVerdict, type Published, waitForDeliveries } from './report.ts'
import type { Stage } from './stage.ts'
import { say, show, title } from './terminal.ts'

/** Long enough for a slow machine; all is settled within some ten seconds on a usual one. */
const DEADLINE_MS = 120_000

/** Subscribes, publishes, waits, and shows what came of it. Resolves with the exit code. */
export async function tellStory(stage: Stage, teller: AttemptTeller): Promise<number> {
  title('Subscribing')
  const names = await subscribeAll(stage)

  title('An hour passes at a customer: eight events are published')
  const published = await publishAll(stage)

  title('The sender delivers, and tries again where it fails')
  const words = new Map(published.map((each) => [each.eventId, each.words]))
  teller.begin({ api: stage.admin, names, words })
  const owed = published.reduce((sum, { deliveryCount }) => sum + deliveryCount, 0)
  const first = await waitForDeliveries(stage.admin, owed, DEADLINE_MS)
  await teller.told(first.reduce((sum, { attempts }) => sum + attempts.length, 0))

  title(`An operator has “${published[repeatedIndex]?.words}” delivered to the forwarders again`)
  const repeated = first.filter(
    ({ event_id: eventId, subscription_id: id }) =>
      eventId === published[repeatedIndex]?.eventId &&
      stage.destinations.some(({ name }) => name === names.get(id)),
  )
  for (const { id } of repeated) await stage.admin.redeliver(id)
  const deliveries = await waitForDeliveries(stage.admin, owed + repeated.length, DEADLINE_MS)
  await teller.told(deliveries.reduce((sum, { attempts }) => sum + attempts.length, 0))

  title('What became of each event')
  printDeliveries(deliveries, published, names)

  title('What people see in the end')
  showDestinations(stage)
  return printVerdict(findProblems(stage, deliveries, published, names), deliveries, published)
}

/** Prints what the destinations hold now. */
export function showDestinations({ destinations }: Pick<Stage, 'destinations'>): void {
  for (const destination of destinations) show(destination.screen())
}

async function subscribeAll({ admin, subscribers }: Stage): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (const { name, title, words, url, secret, pattern, receiver } of subscribers) {
    const isOrdered = receiver === undefined
    const { id } = await admin.createSubscription({
      url,
      events: [pattern],
      description: `${title}: ${words}`,
      secret,
      is_ordered: isOrdered,
    })
    names.set(id, name)
    const order = isOrdered ? ', one at a time and in order' : ''
    say({
      kind: 'subscribed',
      who: name,
      what: `${words}: ${pattern === '*' ? 'all events' : pattern}${order}`,
    })
  }
  return names
}

async function publishAll({ publisher }: Stage): Promise<readonly Published[]> {
  const published: Published[] = []
  for (const happening of happenings(new Date())) {
    const { event, words, timestamp } = happening
    const { event_id: eventId, delivery_count: deliveryCount } = await publisher.publish(happening)
    say({ kind: 'published', who: `at ${timestamp.slice(11, 16)}`, what: `${words} (${event})` })
    published.push({ eventId, event, words, deliveryCount })
  }
  return published
}
