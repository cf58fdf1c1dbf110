import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { buildPage } from '../test/browser/support/build-page.ts'
import { launchOptions } from '../test/browser/support/launch.ts'
import { startStageProcess } from '../test/browser/support/stage-process.ts'
import type { StageFacts } from '../test/browser/support/stage/start-stage.ts'
import { type LogFigures, measureLog } from './measure/measure-log.ts'
import { measurePage, type PageFigures } from './measure/measure-page.ts'
import { openTab } from './measure/open-tab.ts'
import { printReport } from './measure/print-report.ts'

/** Measures what the page costs in Chromium. Numbers are of the machine that it runs on. */
const usage = `Usage: node --conditions=@complywise/source scripts/measure.ts [options]

Fills a Delivery Log, and measures in Chromium how long its first row, a filter and scrolling take, what memory it needs, and
what each page ships and how long it takes to be seen.

  --deliveries <n>   deliveries in the log (1000000), of 30 days
  --rows <n>         rows to scroll through (100000)
  --runs <n>         visits of each page, of which the median is told (3)
  --json             print JSON
`

const { values: options } = parseArgs({
  options: {
    deliveries: { type: 'string', default: '1000000' },
    rows: { type: 'string', default: '100000' },
    runs: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

/** As a phone of some years ago. */
const SLOWDOWN = 4

/** One of each kind. */
const pages: Readonly<Record<string, (facts: StageFacts) => string>> = {
  'Sign in': () => '/sign-in',
  Webhooks: () => '/settings/integrations/webhooks',
  'New subscription': () => '/settings/integrations/webhooks/new',
  Subscription: ({ subscriptions }) => `/settings/integrations/webhooks/${subscriptions.healthy}`,
  'Delivery Log': () => '/settings/webhooks/delivery-log',
  Delivery: ({ deliveries }) => `/settings/webhooks/delivery-log/${deliveries.wrongSecret}`,
  Event: ({ events }) => `/settings/webhooks/events/${events.filteredOut}`,
}

/** Everything that was measured. */
export interface Figures {
  readonly deliveries: number
  readonly filledInMs: number
  readonly log: LogFigures
  readonly pages: readonly { readonly name: string; readonly fast: PageFigures; readonly slow: PageFigures }[]
}

if (options.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  await buildPage()
  const began = performance.now()
  const stage = startStageProcess([`--deliveries=${options.deliveries}`, '--days=30'])
  const browser = await chromium.launch({ ...launchOptions, args: [...launchOptions.args] })
  try {
    const facts = await stage.facts
    const filledInMs = performance.now() - began
    process.stderr.write(`filled in ${Math.round(filledInMs / 1000)} s\n`)
    const viewer = { url: facts.url, adminKey: facts.keys.admin }

    async function visit(path: string, slowdown: number): Promise<PageFigures> {
      const visits: PageFigures[] = []
      for (let run = 0; run < Number(options.runs); run += 1) {
        const tab = await openTab(browser, viewer, { slowdown })
        visits.push(await measurePage(tab, path))
        await tab.context.close()
      }
      return medianOf(visits)
    }

    const tab = await openTab(browser, viewer)
    const log = await measureLog(tab, Number(options.rows))
    await tab.context.close()
    const visited: Figures['pages'][number][] = []
    for (const [name, path] of Object.entries(pages)) {
      process.stderr.write(`measuring ${name}\n`)
      visited.push({ name, fast: await visit(path(facts), 1), slow: await visit(path(facts), SLOWDOWN) })
    }
    const figures: Figures = { deliveries: Number(options.deliveries), filledInMs, log, pages: visited }
    if (options.json) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
    else printReport(figures)
  } finally {
    await browser.close()
    await stage.stop()
  }
}

/** Each figure by itself. */
function medianOf(visits: readonly PageFigures[]): PageFigures {
  const [first] = visits
  if (first === undefined) throw new Error('There were no visits')
  const medians = Object.keys(first).map((name) => {
    const sorted = visits.map((figures) => Number(Reflect.get(figures, name))).toSorted((a, b) => a - b)
    return [name, sorted[Math.floor(sorted.length / 2)]]
  })
  return { ...first, ...Object.fromEntries(medians) }
}
