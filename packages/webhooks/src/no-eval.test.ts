import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

// Content security policies and edge runtimes forbid it, and zod is known to compile schemas where it may.
it('receives where strings cannot become code, and adds no global but those of zod', () => {
  const flags = ['--disallow-code-generation-from-strings', '--conditions=@complywise/source']
  const output = execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', program], {
    cwd: new URL('..', import.meta.url),
    encoding: 'utf8',
  })
  expect(JSON.parse(output)).toEqual({
    code: 'EvalError',
    replies: ['{"status":"ignored"}', '{"status":"invalid"}'],
    globals: expect.toSatisfy((names: string[]) => names.every((name) => name.startsWith('__zod_'))),
  })
})

const program = `
  const before = Object.getOwnPropertyNames(globalThis)
  const { createReceiver, eventCatalog } = await import('@complywise/webhooks')
  const { sign } = await import('@complywise/webhooks/wire')
  const globals = Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name))

  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw5mZyPr8nYTQ='
  const receiver = createReceiver({ secret, log: { warn() {} } })
  const eventId = '0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e'
  const replies = []
  for (const data of [eventCatalog['scan.completed'].example, {}]) {
    const envelope = { event: 'scan.completed', event_id: eventId, timestamp: new Date().toISOString(), data }
    const body = new TextEncoder().encode(JSON.stringify(envelope))
    const signatures = await sign({ eventId, body, attemptedAt: new Date(), secrets: [secret] })
    const headers = { 'content-type': 'application/json', ...signatures }
    replies.push((await receiver.receive({ method: 'POST', headers, body })).body)
  }
  let code
  try { new Function('') } catch (error) { code = error.name }
  console.log(JSON.stringify({ code, replies, globals }))
`
