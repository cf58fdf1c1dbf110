import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exampleRoutingKey, startFakePagerDuty } from '@complywise/destination-fakes'
import { followQuickstart } from '@complywise/forwarder/testing'
import { expect, test } from 'vitest'

test('the quickstart of the README works, word for word', { timeout: 180_000 }, async () => {
  const pagerDuty = await startFakePagerDuty()
  const directory = mkdtempSync(join(tmpdir(), 'pagerduty-ca-'))
  const certificate = join(directory, 'ca.pem')
  writeFileSync(certificate, pagerDuty.ca)
  const incidents: (readonly string[])[] = []
  const answers: string[] = []
  const printed = await followQuickstart({
    root: new URL('../../', import.meta.url),
    name: 'pagerduty-forwarder',
    instead: { 'your-integration-key': exampleRoutingKey },
    environment: { PAGERDUTY_SERVER: pagerDuty.server, NODE_EXTRA_CA_CERTS: certificate },
    afterRequest(answer) {
      answers.push(answer)
      incidents.push(
        pagerDuty.incidents(exampleRoutingKey).map(({ status, severity }) => `${status} ${severity}`),
      )
    },
  })
  const last = pagerDuty.incidents(exampleRoutingKey).map(({ dedupKey, status }) => `${dedupKey} ${status}`)
  await pagerDuty.close()
  rmSync(directory, { recursive: true })
  expect(answers).toEqual([
    expect.stringMatching(/^HTTP\/1.1 200 [^]*"result":"delivered"/),
    expect.stringMatching(/^HTTP\/1.1 200 [^]*\{"status":"duplicate"\}$/),
    expect.stringMatching(/^HTTP\/1.1 200 [^]*"result":"delivered"/),
  ])
  expect(incidents).toEqual([['triggered warning'], ['triggered warning'], ['resolved warning']])
  expect(last).toEqual(['cw:acme:control:soc 2:cc6.1 resolved', 'cw:acme:control:soc 2:cc7.2 triggered'])
  expect(printed).toMatch(
    /routes\[0\] matches everything[^]*\topen\tdelivered\t[^]*^open\tpagerduty\tcw:acme:control:soc 2:cc7\.2\t/m,
  )
  expect(pagerDuty.refusals).toEqual([])
})
