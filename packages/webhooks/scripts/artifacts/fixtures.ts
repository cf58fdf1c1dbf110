import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { eventTypes } from '../../src/events/event.ts'
import { exampleEvent } from './example.ts'

/** What is in the folder `fixtures` and what should be. */
export interface FixtureReview {
  /** Files to be written, by their path in the folder. */
  readonly files: Readonly<Record<string, unknown>>
  /** What nobody but a person can put right. */
  readonly problems: readonly string[]
}

/**
 * Events that were published must stay readable, so a fixture neither changes nor goes: `digests.json` remembers each by
 * the SHA-256 of its compact JSON. The current example of each type has to be among them.
 */
export function reviewFixtures(folder: URL): FixtureReview {
  const committed = new Map(list(folder).map((path) => [path, read(folder, path)]))
  const remembered = readDigests(folder)
  const problems = Object.entries(remembered)
    .filter(([path, digest]) => !committed.has(path) || digestOf(committed.get(path)) !== digest)
    .map(
      ([path]) =>
        `fixtures/${path} changed or is gone; events like it were published, so add another instead`,
    )

  const examples = eventTypes.flatMap((type) => {
    const event = exampleEvent(type)
    const inFolder = Array.from(committed).filter(([path]) => path.startsWith(`${type}/`))
    const count = inFolder.filter(([path]) => path.startsWith(`${type}/example-`)).length
    const isThere = inFolder.some(([, fixture]) => isDeepStrictEqual(fixture, event))
    return isThere ? [] : [[`${type}/example-${count + 1}.json`, event] as const]
  })
  const fixtures = [...committed, ...examples].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const digests = fixtures.map(([path, fixture]) => [path, digestOf(fixture)])
  return {
    files: { ...Object.fromEntries(examples), 'digests.json': Object.fromEntries(digests) },
    problems,
  }
}

/** The paths of all fixtures: a folder for each type, a file for each event. */
function list(folder: URL): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.includes('/') && path.endsWith('.json'))
}

function readDigests(folder: URL): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(new URL('digests.json', folder), 'utf8'))
}

function read(folder: URL, path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, folder), 'utf8'))
}

function digestOf(fixture: unknown): string {
  return createHash('sha256').update(JSON.stringify(fixture)).digest('hex')
}
