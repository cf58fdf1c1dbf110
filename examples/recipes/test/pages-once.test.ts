import { createReceiver, generateSecret } from '@complywise/webhooks'
import { memoryStore } from '@complywise/webhooks/memory'
import { eventFixture, fakeClock, faultyStore, signedRequest } from '@complywise/webhooks/testing'
import { expect, it } from 'vitest'

it('pages once, even when the store fails just after', async () => {
  const secret = generateSecret()
  const clock = fakeClock()
  const store = faultyStore(memoryStore({ now: clock.elapsedMs })).failNext('complete')
  const pages: string[] = []
  const receiver = createReceiver({ secret, store }).on('compliance.control_failed', ({ data }) => {
    pages.push(data.control_id)
  })

  const event = eventFixture('compliance.control_failed', { data: { control_id: 'CC7.2' } })
  const request = await signedRequest(event, { secret })
  expect(await receiver.receive(request)).toMatchObject({ status: 503 })
  clock.advance(30_000)
  expect(await receiver.receive(request)).toMatchObject({ status: 200, body: '{"status":"duplicate"}' })
  expect(pages).toEqual(['CC7.2'])
})
