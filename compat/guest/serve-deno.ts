import { fixtureFetch } from '../../packages/webhooks-conformance/src/fixture/fixture-fetch.ts'
import { webhookHandler } from '../../packages/webhooks/src/adapters/fetch/index.ts'

declare const Deno: {
  serve(
    options: {
      readonly hostname: string
      readonly port: number
      readonly onListen: (address: { readonly port: number }) => void
    },
    handler: (request: Request) => Promise<Response>,
  ): unknown
}

Deno.serve(
  { hostname: '127.0.0.1', port: 0, onListen: ({ port }) => console.log(`http://127.0.0.1:${port}`) },
  fixtureFetch(webhookHandler),
)
