import { expect, it } from 'vitest'
import { findHeadlines } from '../src/destinations/slack-headlines.ts'

it.each([
  ['🔴 A-1 failing · SOC 2\nDetails', 'cw:trial:control:soc 2:a-1', 'open'],
  ['🔴 A-1 failing again · SOC 2 and 3 more', 'cw:trial:control:soc 2:a-1', 'open'],
  ['🟢 B-12 recovered · ISO 27001', 'cw:trial:control:iso 27001:b-12', 'closed'],
  ['🔴 11 more controls failing · SOC 2', 'cw:trial:storm:soc 2', 'open'],
  ['🔴 1 of 12 more controls still failing · SOC 2', 'cw:trial:storm:soc 2', 'open'],
  ['🟢 All controls recovered · SOC 2', 'cw:trial:storm:soc 2', 'closed'],
  ['🟠 SOC 2 score fell below 90 %: ▼ 84.6 %', 'cw:trial:score:soc 2', 'open'],
  ['🟠 SOC 2 score was below 90 %: ▲ 80 %', 'cw:trial:score:soc 2', 'open'],
  ['🟢 Overall score recovered', 'cw:trial:score:overall', 'closed'],
  ['🟠 Scan failed, the 2nd in a row', 'cw:trial:scan', 'open'],
  ['🟢 Scans complete again', 'cw:trial:scan', 'closed'],
  ['🟠 Integration-3 still disconnected', 'cw:trial:integration:integration-3', 'open'],
])('reads %s', (text, key, state) => {
  expect([...findHeadlines(text)]).toEqual([[key, state]])
})
