/** What a user writes. */
export interface Import {
  readonly name: string
  readonly code: string
  /** The folder that has it installed. */
  readonly from: string
  /** Packages that whoever imports this has already. */
  readonly frameworks?: readonly string[]
  readonly bar?: string
}

const core = '../../../packages/webhooks/'
const peers = '../../'

/** Ways to verify. */
export const verifiers: readonly Import[] = [
  {
    name: '@complywise/webhooks/wire: verify',
    code: `export { verify } from '@complywise/webhooks/wire'`,
    from: core,
    bar: '≤ 1,536 gzip',
  },
  {
    name: '@octokit/webhooks-methods: verify',
    code: `export { verify } from '@octokit/webhooks-methods'`,
    from: peers,
  },
  { name: 'standardwebhooks: Webhook', code: `export { Webhook } from 'standardwebhooks'`, from: peers },
  { name: 'svix: Webhook', code: `export { Webhook } from 'svix'`, from: peers },
  { name: 'stripe: Stripe.webhooks', code: `export { Stripe } from 'stripe'`, from: peers },
]

/** Ways to receive events, and what is beside them. */
export const parts: readonly Import[] = [
  {
    name: '@complywise/webhooks: createReceiver',
    code: `export { createReceiver } from '@complywise/webhooks'`,
    from: core,
    bar: '≤ 10,240 gzip',
  },
  {
    name: '… with the fetch adapter',
    code: `export { createReceiver } from '@complywise/webhooks'
export { webhookHandler } from '@complywise/webhooks/fetch'`,
    from: core,
  },
  {
    name: '… and OpenTelemetry',
    code: `export { createReceiver } from '@complywise/webhooks'
export { webhookHandler } from '@complywise/webhooks/fetch'
export { openTelemetry } from '@complywise/webhooks/opentelemetry'`,
    from: core,
  },
  {
    name: '@octokit/webhooks: Webhooks, createWebMiddleware',
    code: `export { createWebMiddleware, Webhooks } from '@octokit/webhooks'`,
    from: peers,
  },
]

/** The stores, without the receiver and without their clients. */
export const stores: readonly Import[] = [
  store('memory', 'memoryStore'),
  store('sqlite', 'sqliteStore'),
  store('redis', 'redisStore'),
  store('postgres', 'postgresStore'),
]

/** The adapters, without the receiver. */
export const adapters: readonly Import[] = [
  ...['fetch', 'node', 'lambda'].map((name) => ({
    name: `@complywise/webhooks/${name}`,
    code: `export { webhookHandler } from '@complywise/webhooks/${name}'`,
    from: core,
  })),
  ...['express', 'fastify', 'hono'].map((name) => ({
    name: `@complywise/webhooks-${name}`,
    code: `export { webhookHandler } from '@complywise/webhooks-${name}'`,
    from: `../../../packages/webhooks-${name}/`,
    frameworks: [name],
  })),
]

function store(name: string, exported: string): Import {
  return {
    name: `@complywise/webhooks/${name}`,
    code: `export { ${exported} } from '@complywise/webhooks/${name}'`,
    from: core,
  }
}
