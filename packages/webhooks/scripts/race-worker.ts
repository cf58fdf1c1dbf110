// One of the processes that scripts/race.ts starts.
import { setTimeout as delay } from 'node:timers/promises'
import { createReceiver } from '../src/index.ts'
import { openContestant } from './race/contestant.ts'
import type { Course } from './race/course.ts'
import type { Answer, Question } from './race/racer.ts'
import { failureRate, handlers, leaseMs, secret } from './race/rules.ts'

const course: Course = JSON.parse(process.argv[2] ?? '')
const contestant = await openContestant(course)
const receiver = createReceiver({
  secret,
  store: contestant.store,
  leaseMs,
  log: { warn() {}, error() {} },
})
for (const name of handlers) {
  receiver.on(
    'scan.completed',
    async (event, context) => {
      await delay(5 * Math.random())
      failNowAndThen()
      await contestant.addEffect(event.event_id, context, async () => {
        await delay(5 * Math.random())
        if (course.join) failNowAndThen()
      })
      // Without the joined transaction this would have the effect again, as everybody knows.
      if (course.join) failNowAndThen()
    },
    { name },
  )
}

function failNowAndThen(): void {
  if (Math.random() < failureRate) throw new Error('The handler failed')
}

process.on('message', (question: Question) => void answer(question))
process.on('disconnect', () => process.exit())
process.send?.('ready')

async function answer({ id, headers, body }: Question): Promise<void> {
  const request = { method: 'POST', url: '/webhooks', headers, body: new TextEncoder().encode(body) }
  const reply = await receiver.receive(request)
  const answer: Answer = { id, status: reply.status, body: reply.body }
  process.send?.(answer)
}
