import { eventCatalog, eventTypes } from '@complywise/webhooks'
import { envelopeSchema } from '@complywise/webhooks/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApi, type TestApi } from './support/start-api.ts'

let api: TestApi

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

describe('GET /api/event-types', () => {
  it.each(['admin', 'member', 'publisher'] as const)(
    'lists the catalog in its order for the %s',
    async (role) => {
      const { status, body } = await api.call('GET', '/api/event-types', { key: api.keys[role] })
      expect(status).toBe(200)
      expect(body.data.map(({ event }: { event: string }) => event)).toEqual(eventTypes)
    },
  )

  it.each(eventTypes)('tells in sentences what %s means, and every field of it', async (type) => {
    const answered = await find(type)
    const { title, fields } = eventCatalog[type]
    expect(answered).toMatchObject({ title, description: expect.stringMatching(/^[A-Z].*[^.]\.$/) })
    expect(answered.fields).toEqual(
      Object.entries(fields).map(([path, description]) => ({ path, description })),
    )
  })

  it.each(eventTypes)('has a whole envelope as the example of %s, which can be published', async (type) => {
    const { example } = await find(type)
    expect(envelopeSchema.parse(example)).toEqual(example)
    expect(Object.keys(example)).toEqual(['event', 'event_id', 'timestamp', 'data'])
    const { status } = await api.call('POST', '/api/events', { key: api.keys.publisher, json: example })
    expect(status).toBe(202)
  })
})

async function find(type: string) {
  const { body } = await api.call('GET', '/api/event-types', { key: api.keys.member })
  return body.data.find(({ event }: { event: string }) => event === type)
}
