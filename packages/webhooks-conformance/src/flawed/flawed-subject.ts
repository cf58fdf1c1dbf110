import { webhookHandler as fetchHandler } from '@complywise/webhooks/fetch'
import { fetchParsers } from '../fixture/fetch-parsers.ts'
import { fixtureFetch } from '../fixture/fixture-fetch.ts'
import { receiverFixture } from '../fixture/receiver-fixture.ts'
import type { Subject } from '../subject.ts'
import { fetchBridge } from '../subjects/fetch-bridge.ts'
import { serveNode } from '../subjects/serve-node.ts'
import type { FetchHandler, Flaw } from './flaw.ts'

/** A server that is right but for one mistake. */
export function flawedSubject({
  name,
  create,
  webhookHandler = fetchHandler,
  serve = serveFetch,
}: Flaw): Subject {
  return {
    name,
    start: () => serve(fixtureFetch(webhookHandler, () => receiverFixture(create))),
    parsers: fetchParsers,
  }
}

function serveFetch(answer: FetchHandler): ReturnType<Subject['start']> {
  return serveNode(fetchBridge(answer))
}
