import { readFileSync } from 'node:fs'
import { codesIn, documentsSuite } from '@complywise/forwarder/suites'
import { documents } from '../../scripts/documents.ts'

const root = new URL('../../', import.meta.url)
const errorCodes = readFileSync(new URL('src/client/error-codes.ts', root), 'utf8')
// What Slack says is the code, with `slack_` before it; what the SDK is told of rates is one code.
const ofSlack = Array.from(errorCodes.matchAll(/'([a-z]+(?:_[a-z0-9]+)*)'/g), ([, code = '']) => code)
  .filter((code) => !['retry', 'ambiguous', 'payload', 'operator'].includes(code))
  .map((code) => (/^rate_?limited$/.test(code) ? 'slack_rate_limited' : `slack_${code}`))
const own = codesIn(root, /'(slack_[a-z_]+)'/g).filter(
  (code) => !/_(canvas|file_link)_sharing_blocked$/.test(code),
)

documentsSuite({
  root,
  documents,
  codes: [...ofSlack, ...own],
  fine: ['slack_token_valid', 'slack_channel_usable'],
})
