import { webhookHandler } from '@complywise/webhooks/fetch'
import { fetchParsers } from '../fixture/fetch-parsers.ts'
import { fixtureFetch } from '../fixture/fixture-fetch.ts'
import type { Subject } from '../subject.ts'
import { fetchBridge } from './fetch-bridge.ts'
import { serveNode } from './serve-node.ts'

/** The fetch adapter, on Node. */
export const fetchSubject: Subject = {
  name: 'fetch',
  start: () => serveNode(fetchBridge(fixtureFetch(webhookHandler))),
  parsers: fetchParsers,
}
