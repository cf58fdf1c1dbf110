import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { sign } from '@complywise/webhooks/wire'
import { expect, it, onTestFinished } from 'vitest'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const eventId = '0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e'
const body = JSON.stringify({
  event: 'compliance.control_failed',
  event_id: eventId,
  timestamp: new Date().toISOString(),
  data: { control_id: 'CC6.1', framework: 'SOC 2', previous_status: 'passed', new_status: 'failed' },
})

it('starts, prints a failed control, and refuses a tampered body', async () => {
  const child = start({ COMPLYWISE_WEBHOOK_SECRET: secret, PORT: '0' })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const url = `http://127.0.0.1:${/:(\d+)$/.exec(await next(lines))?.[1]}/webhooks`
  const bytes = new TextEncoder().encode(body)
  const signature = await sign({ eventId, body: bytes, attemptedAt: new Date(), secrets: [secret] })
  const headers = { 'content-type': 'application/json', ...signature }

  const processed = await fetch(url, { method: 'POST', headers, body })
  expect([processed.status, await processed.json()]).toEqual([200, { status: 'processed' }])
  expect(await next(lines)).toBe('SOC 2 CC6.1: passed -> failed')

  const refused = await fetch(url, { method: 'POST', headers, body: `${body} ` })
  expect([refused.status, await refused.json()]).toEqual([401, { status: 'unauthorized' }])
})

it('does not start without a secret, and says what is missing', async () => {
  const child = start({ PORT: '0' })
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += String(chunk)))
  expect(await once(child, 'close')).toEqual([1, null])
  expect(errors).toContain('The secret is empty; is the environment variable set?')
  expect(errors).toContain("code: 'secret_empty'")
})

/** Runs the example as a user would, on the sources of the packages. */
function start(env: Readonly<Record<string, string>>): ChildProcessWithoutNullStreams {
  const server = fileURLToPath(new URL('../server.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@complywise/source', server], { env })
  onTestFinished(() => void child.kill())
  return child
}

async function next(lines: AsyncIterator<string>): Promise<string> {
  const { value } = await lines.next()
  return String(value)
}
