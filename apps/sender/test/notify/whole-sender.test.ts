import { createLogger, readConfig, type RunningService } from '@complywise/service'
import { afterEach, expect, test, vi } from 'vitest'
import { configDefinition, type SenderConfig } from '../../src/config.ts'
import { startSender } from '../../src/sender.ts'
import { answer } from '../dispatch/support/raw-server.ts'
import { ok, useScene } from '../dispatch/support/scene.ts'
import { eventually } from '../support/eventually.ts'
import { startSmtpServer } from './support/start-smtp-server.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const scene = useScene()
const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

function configOf(env: Readonly<Record<string, string>>): SenderConfig {
  const result = readConfig(configDefinition, {
    DATABASE_URL: scene.store.connectionString,
    SENDER_ENCRYPTION_KEY: Buffer.from(scene.store.encryptionKey).toString('base64'),
    SENDER_PORT: '0',
    SENDER_OPERATIONS_PORT: '0',
    SENDER_ALLOWED_NETWORKS: '127.0.0.0/8',
    SENDER_CONNECT_TO_ENDPOINTS: 'false',
    ...env,
  })
  if (result.kind === 'valid') return result.config
  throw new Error(JSON.stringify(result.problems))
}

async function start(env: Readonly<Record<string, string>>): Promise<RunningService> {
  const sender = await startSender(configOf(env), createLogger({ name: 'test', level: 'silent' }))
  closers.push(() => sender.stop())
  return sender
}

test('a sender tells its operator and the subscription’s contact of what it disables', async () => {
  const operator = await scene.listen(ok)
  const gone = await scene.listen((socket) => socket.write(answer(410)))
  const mail = await startSmtpServer()
  closers.push(() => mail.close())
  await start({
    SENDER_OPERATOR_WEBHOOK_URL: operator.url,
    SENDER_OPERATOR_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 'abcdefghijklmnop').toString('base64')}`,
    SENDER_SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
    SENDER_EMAIL_FROM: 'webhooks@example.com',
    SENDER_EMAIL_TO: 'ops@example.com',
  })
  const { id } = await scene.store.subscribe({ url: gone.url, contactEmail: 'owner@example.com' })
  await scene.store.publish(1)
  await eventually(() => operator.requests.length === 1 && mail.received.length === 2, 30_000)
  expect(operator.requests[0]).toContain(`"subscription_id":"${id}"`)
  expect(operator.requests[0]).toContain('"event":"subscription.disabled"')
  expect(new Set(mail.received.flatMap(({ to }) => to))).toEqual(
    new Set(['ops@example.com', 'owner@example.com']),
  )
})
