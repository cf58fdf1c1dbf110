import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import type { StageFacts } from '../../test/browser/support/stage/start-stage.ts'

/** A tab with nothing cached, signed in, that has not gone anywhere yet. */
export interface Tab {
  readonly context: BrowserContext
  readonly page: Page
  readonly devtools: CDPSession
}

/** How a tab is opened. */
export interface TabOptions {
  /** How many times slower the processor is made. Default 1. */
  readonly slowdown?: number
}

/** Opens a tab of its own, and watches what it paints and what keeps it busy. */
export async function openTab(
  browser: Browser,
  { url, adminKey }: Pick<StageFacts, 'url'> & { readonly adminKey: string },
  { slowdown = 1 }: TabOptions = {},
): Promise<Tab> {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 800 } })
  context.setDefaultTimeout(60_000)
  const response = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ key: adminKey }),
  })
  const [name = '', value = ''] = response.headers.getSetCookie()[0]?.split(';')[0]?.split('=') ?? []
  await context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Strict' }])
  await context.addInitScript(observe)
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('Performance.enable')
  if (slowdown !== 1) await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
  return { context, page, devtools }
}

/** Runs in the page before anything else does. */
function observe(): void {
  const observed: object[] = []
  Reflect.set(globalThis, '__observed', observed)
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (Reflect.get(entry, 'hadRecentInput') === true) continue
      const { entryType: type, name, startTime: at, duration: ms } = entry
      observed.push({ type, name, at, ms, shift: Number(Reflect.get(entry, 'value') ?? 0) })
    }
  })
  for (const type of ['longtask', 'paint', 'largest-contentful-paint', 'layout-shift']) {
    observer.observe({ type, buffered: true })
  }
}
