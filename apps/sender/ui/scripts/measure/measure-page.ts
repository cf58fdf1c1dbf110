import { get } from 'node:http'
import { settled } from '../../test/browser/support/settled.ts'
import type { Tab } from './open-tab.ts'

/** What one visit costs, with nothing cached. Times in milliseconds, sizes in bytes. */
export interface PageFigures {
  /** JavaScript with gzip, without headers. */
  readonly jsGzip: number
  /** JavaScript as Chromium got it: with Brotli. */
  readonly jsTransferred: number
  readonly cssGzip: number
  readonly firstContentfulPaintMs: number
  readonly largestContentfulPaintMs: number
  /** Until nothing of it was still to come. */
  readonly settledMs: number
  /** What is beyond 50 ms of each long task after the first paint. */
  readonly totalBlockingMs: number
  readonly layoutShift: number
}

/** What the browser observed; see {@link openTab}. */
interface Observed {
  readonly settledMs: number
  readonly resources: readonly { readonly url: string; readonly bytes: number }[]
  readonly entries: readonly {
    readonly type: string
    readonly name: string
    readonly at: number
    readonly ms: number
    readonly shift: number
  }[]
}

/** Visits a page, and waits until nothing of it is still to come. */
export async function measurePage({ page }: Tab, path: string): Promise<PageFigures> {
  await page.goto(path)
  await settled(page)
  const { entries, resources, settledMs } = await page.evaluate(readObserved)
  const ofType = (type: string) => entries.filter((entry) => entry.type === type)
  const ending = (end: string) => resources.filter(({ url }) => new URL(url).pathname.endsWith(end))
  const painted = ofType('paint').find(({ name }) => name === 'first-contentful-paint')?.at ?? 0
  const blocking = ofType('longtask').filter(({ at, ms }) => at + ms > painted)
  return {
    jsGzip: await gzippedBytes(ending('.js')),
    jsTransferred: sum(ending('.js').map(({ bytes }) => bytes)),
    cssGzip: await gzippedBytes(ending('.css')),
    firstContentfulPaintMs: painted,
    largestContentfulPaintMs: ofType('largest-contentful-paint').at(-1)?.at ?? 0,
    settledMs,
    totalBlockingMs: sum(blocking.map(({ ms }) => ms - 50)),
    layoutShift: sum(ofType('layout-shift').map(({ shift }) => shift)),
  }
}

/** Runs in the page. */
async function readObserved(): Promise<Observed> {
  const settledMs = performance.now()
  // What was begun by then ends.
  await new Promise((resolve) => setTimeout(resolve, 500))
  return {
    settledMs,
    resources: performance
      .getEntriesByType('resource')
      .map((entry) => ({ url: entry.name, bytes: Number(Reflect.get(entry, 'encodedBodySize')) })),
    entries: Reflect.get(globalThis, '__observed'),
  }
}

async function gzippedBytes(files: readonly { readonly url: string }[]): Promise<number> {
  return sum(await Promise.all(files.map(({ url }) => bytesOf(url))))
}

function bytesOf(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': 'gzip' } }, (response) => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => (bytes += chunk.length)).once('end', () => resolve(bytes))
    }).once('error', reject)
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
