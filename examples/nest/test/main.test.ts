import { sign } from '@complywise/webhooks/wire'
import { type INestApplication, Logger, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AlertsService } from '../alerts.service.ts'
import { WebhooksController } from '../webhooks.controller.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const eventId = '0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e'
const body = JSON.stringify({
  event: 'compliance.control_failed',
  event_id: eventId,
  timestamp: new Date().toISOString(),
  data: { control_id: 'CC6.1', framework: 'SOC 2', previous_status: 'passed', new_status: 'failed' },
})

@Module({ controllers: [WebhooksController], providers: [AlertsService] })
// oxlint-disable-next-line typescript/no-extraneous-class -- A module of Nest is its decorator.
class ControllerModule {}

beforeEach(() => {
  vi.stubEnv('COMPLYWISE_WEBHOOK_SECRET', secret)
  vi.stubEnv('PORT', '0')
  vi.spyOn(console, 'log').mockReturnValue()
  vi.spyOn(console, 'warn').mockReturnValue()
  Logger.overrideLogger(false)
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe.each([
  ['main.ts', startMain],
  ['the controller, with rawBody: true', startController],
])('%s', (_what, start) => {
  it('hands a failed control to the service, and refuses a tampered body', async () => {
    const raise = vi.spyOn(AlertsService.prototype, 'raise').mockReturnValue()
    const app = await start()
    const url = `${await app.getUrl()}/webhooks`
    const bytes = new TextEncoder().encode(body)
    const signature = await sign({ eventId, body: bytes, attemptedAt: new Date(), secrets: [secret] })
    const headers = { 'content-type': 'application/json', ...signature }

    const processed = await fetch(url, { method: 'POST', headers, body })
    expect([processed.status, await processed.json()]).toEqual([200, { status: 'processed' }])
    expect(raise.mock.calls).toEqual([['SOC 2 CC6.1: passed -> failed']])

    const refused = await fetch(url, { method: 'POST', headers, body: `${body} ` })
    expect([refused.status, await refused.json()]).toEqual([401, { status: 'unauthorized' }])
    await app.close()
  })
})

async function startMain(): Promise<INestApplication> {
  const create = vi.spyOn(NestFactory, 'create')
  await import('../main.ts')
  return create.mock.results[0]?.value
}

async function startController(): Promise<INestApplication> {
  const app = await NestFactory.create(ControllerModule, { rawBody: true })
  await app.listen(0)
  return app
}
