import { readFileSync } from 'node:fs'
import { codesIn, documentsSuite } from '@complywise/forwarder/suites'
import { documents } from '../../scripts/documents.ts'

const root = new URL('../../', import.meta.url)
const client = readFileSync(new URL('src/client/events-error.ts', root), 'utf8')
const [, union = ''] = /EventsErrorCode =\n(.*?)\n\n/s.exec(client) ?? []
const ofClient = Array.from(union.matchAll(/'([a-z_]+)'/g), ([, code]) => `pagerduty_${code}`)

documentsSuite({
  root,
  documents,
  codes: [...ofClient, ...codesIn(root, /'(pagerduty_[a-z_]+)'/g)],
  fine: ['pagerduty_key_accepted'],
})
