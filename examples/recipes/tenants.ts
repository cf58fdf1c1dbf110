import { createReceiver, type SecretResolver } from '@complywise/webhooks'

/** Finds the secret by the path, `/webhooks/<tenant>`. */
const findSecret: SecretResolver = async ({ url = '' }) => {
  const tenant = /^\/webhooks\/([a-z]+)$/.exec(url)?.[1]
  const secret = tenant && process.env[`WEBHOOK_SECRET_${tenant.toUpperCase()}`]
  return secret ? { tenant, secret } : undefined
}

export const receiver = createReceiver({ secret: findSecret })

receiver.onAny((event, { tenant }) => console.log(`${tenant}: ${event.event}`))
