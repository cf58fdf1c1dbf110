import { fixtureFetch } from '../../packages/webhooks-conformance/src/fixture/fixture-fetch.ts'
import { webhookHandler } from '../../packages/webhooks/src/adapters/fetch/index.ts'

declare const Bun: {
  serve(options: {
    readonly hostname: string
    readonly port: number
    readonly fetch: (request: Request) => Promise<Response>
  }): { readonly url: URL }
}

const { url } = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: fixtureFetch(webhookHandler) })
console.log(url.origin)
