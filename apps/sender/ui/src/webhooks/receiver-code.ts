/** A whole receiver, ready to paste, for one framework. */
export interface ReceiverCode {
  readonly framework: 'express' | 'fastify' | 'hono'
  readonly name: string
  readonly install: string
  readonly code: string
}

/** Where receivers look for the secret. */
export const SECRET_VARIABLE = 'COMPLYWISE_WEBHOOK_SECRET'

/** The name under which the code is saved. */
export const CODE_FILE = 'server.mjs'

/** The path on which the code listens. */
export const CODE_PATH = '/webhooks'

/** The receivers of the quickstarts, word for word; a test compares them. */
export const receiverCodes: readonly ReceiverCode[] = [
  {
    framework: 'express',
    name: 'Express',
    install: 'npm install @complywise/webhooks @complywise/webhooks-express express',
    code: receiver(
      `import { webhookHandler } from '@complywise/webhooks-express'
import express from 'express'`,
      `const app = express()
app.post('/webhooks', webhookHandler(receiver))
const server = app.listen(PORT, (error) => {
  if (error) throw error
  console.log('Receiving webhooks on', server.address())
})`,
    ),
  },
  {
    framework: 'fastify',
    name: 'Fastify',
    install: 'npm install @complywise/webhooks @complywise/webhooks-fastify fastify',
    code: receiver(
      `import { webhookHandler } from '@complywise/webhooks-fastify'
import createFastify from 'fastify'`,
      `const app = createFastify()
app.register(webhookHandler(receiver), { prefix: '/webhooks' })
console.log('Receiving webhooks on', await app.listen({ port: Number(PORT) }))`,
    ),
  },
  {
    framework: 'hono',
    name: 'Hono',
    install: 'npm install @complywise/webhooks @complywise/webhooks-hono hono @hono/node-server',
    code: receiver(
      `import { webhookHandler } from '@complywise/webhooks-hono'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'`,
      `const app = new Hono()
app.post('/webhooks', webhookHandler(receiver))
serve({ fetch: app.fetch, port: Number(PORT) }, (address) => console.log('Receiving webhooks on', address))`,
    ),
  },
]

/** The secret as an environment variable, for POSIX shells and `.env` files. */
export function environmentLine(secret: string): string {
  return `${SECRET_VARIABLE}=${quoteForShell(secret)}`
}

/** The command that starts the code with a secret, for POSIX shells. */
export function startCommand(secret: string): string {
  return `${environmentLine(secret)} node ${CODE_FILE}`
}

/** The path of an endpoint where it is another one than the code listens on; `undefined` where it is the same. */
export function otherPathOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { pathname } = new URL(url)
  return pathname === CODE_PATH ? undefined : pathname
}

function receiver(imports: string, app: string): string {
  return `import { createReceiver } from '@complywise/webhooks'
${imports}

const { ${SECRET_VARIABLE}, PORT = '3000' } = process.env

const receiver = createReceiver({ secret: ${SECRET_VARIABLE} })

receiver.on('compliance.control_failed', ({ data }) => {
  console.log(\`\${data.framework} \${data.control_id}: \${data.previous_status} -> \${data.new_status}\`)
})

${app}
`
}

function quoteForShell(text: string): string {
  return /^[\w+/=.:@%-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
