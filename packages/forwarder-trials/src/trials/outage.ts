import { outageOnTheClock } from './outage-on-the-clock.ts'
import type { OutageOptions } from './outage-part.ts'
import { outageWithSender } from './outage-with-sender.ts'
import type { Trial } from './trial.ts'

/** A destination that is down for an hour, and comes back. */
export const outage: Trial<OutageOptions> = {
  name: 'outage',
  summary: 'a destination that is down for an hour, and what the sender’s log says of it',
  description: `First on a clock that is set ahead from one instant to the next: events happen while the destination is down for an hour,
and each is delivered by the schedule of the sender (10 s, 40 s, 160 s … or what Retry-After asks for). Then in real time, with
the real sender, whose retries come soon.

Promises: nothing is lost; people are told in order; each condition ends as the newest event has it; the sender's Delivery Log
shows why each attempt failed, as a code at the beginning of the answer.`,
  options: {
    minutes: {
      description: 'minutes that the destination is down, on the clock that is set ahead',
      fallback: 60,
    },
    events: { description: 'events in that time', fallback: 120 },
    published: { description: 'events that the real sender publishes', fallback: 20 },
  },
  apps: ['slack', 'pagerduty', 'jira'],
  async run(scene, settings) {
    const simulated = await outageOnTheClock(scene, settings)
    const real = await outageWithSender(scene, settings)
    const { app, seed, options } = settings
    return {
      title: `${app}: down for ${options.minutes} minutes (seed ${seed})`,
      rows: [],
      counts: { ...simulated.counts, ...real.counts },
      broken: [...simulated.broken, ...real.broken],
    }
  },
}
