import { fixtureFetch } from '../../packages/webhooks-conformance/src/fixture/fixture-fetch.ts'
// For workerd: the vectors at a path of their own, the fixture of the conformance suite everywhere else.
import { webhookHandler } from '../../packages/webhooks/src/adapters/fetch/index.ts'
import { runVectors } from './run-vectors.ts'

const answer = fixtureFetch(webhookHandler)

const worker = {
  async fetch(request: Request): Promise<Response> {
    return new URL(request.url).pathname === '/vectors' ? Response.json(await runVectors()) : answer(request)
  },
}

// oxlint-disable-next-line import/no-default-export -- this is the form of a worker
export default worker
