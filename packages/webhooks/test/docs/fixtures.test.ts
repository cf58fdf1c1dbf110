import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { reviewFixtures } from '../../scripts/artifacts/fixtures.ts'
import { receivedEventSchemas } from '../../src/events/event-schemas.ts'
import { eventTypes, type KnownEvent } from '../../src/events/event.ts'
import { createReceiver } from '../../src/receive/receiver.ts'
import { signedRequest } from '../../src/testing/signed-request.ts'

const folder = new URL('../../fixtures/', import.meta.url)
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

describe.each(eventTypes)('the fixtures of %s', (type) => {
  it.each(readdirSync(new URL(`${type}/`, folder)))('%s is received without a change', async (name) => {
    const event: KnownEvent = JSON.parse(readFileSync(new URL(`${type}/${name}`, folder), 'utf8'))
    const seen: unknown[] = []
    const receiver = createReceiver({ secret, onDrift: (drift) => seen.push(drift) })
    receiver.on(type, (received) => void seen.push(received))
    expect(await receiver.receive(await signedRequest(event, { secret }))).toMatchObject({ status: 200 })
    expect(seen).toEqual([event])
    expect(receivedEventSchemas[type].parse(event.data)).toEqual(event.data)
  })
})

describe('reviewFixtures', () => {
  it('has nothing to say about the fixtures as they are', () => {
    const { files, problems } = reviewFixtures(folder)
    expect(Object.keys(files)).toEqual(['digests.json'])
    expect(problems).toEqual([])
  })

  it('complains about a fixture that changed, and about one that is gone', () => {
    const copy = copyFixtures()
    writeFileSync(join(copy, 'scan.completed/product-page.json'), '{}')
    rmSync(join(copy, 'compliance.score_changed/overall.json'))
    expect(reviewFixtures(pathToFileURL(`${copy}/`)).problems).toEqual([
      expect.stringMatching(/^fixtures\/compliance\.score_changed\/overall\.json changed or is gone/),
      expect.stringMatching(/^fixtures\/scan\.completed\/product-page\.json changed or is gone/),
    ])
  })

  it('adds the example of a type when no fixture holds it', () => {
    const copy = copyFixtures()
    const example = readFileSync(join(copy, 'scan.failed/example-1.json'), 'utf8')
    writeFileSync(join(copy, 'scan.failed/example-1.json'), example.replace('AWS', 'GCP'))
    expect(reviewFixtures(pathToFileURL(`${copy}/`)).files).toMatchObject({
      'scan.failed/example-2.json': JSON.parse(example),
      'digests.json': { 'scan.failed/example-2.json': expect.stringMatching(/^[\da-f]{64}$/) },
    })
  })
})

function copyFixtures(): string {
  const copy = mkdtempSync(join(tmpdir(), 'fixtures-'))
  onTestFinished(() => rmSync(copy, { recursive: true }))
  cpSync(folder, copy, { recursive: true })
  return copy
}
