import { createReceiver, NonRetryableError, RetryLaterError } from '@complywise/webhooks'

export const receiver = createReceiver({ secret: process.env['COMPLYWISE_WEBHOOK_SECRET'] })

receiver.on('compliance.control_failed', async ({ data }, { signal }) => {
  const url = `https://tickets.example.com/projects/${encodeURIComponent(data.framework)}/tickets`
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(data), signal })
  if (response.status === 404) throw new NonRetryableError(`Nobody tracks ${data.framework}.`)
  if (response.status === 429) throw new RetryLaterError(60_000)
  if (!response.ok) throw new Error(`The ticket system answered ${response.status}.`)
})
