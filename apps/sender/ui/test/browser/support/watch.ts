import type { BrowserContext, Page } from 'playwright-core'

/** What a page did that no page may do. */
export interface Watch {
  /** Console errors that match are expected from now on, such as those of a request that the test lets fail. */
  readonly expectError: (pattern: RegExp) => void
  /** Everything found so far, in words. */
  readonly faults: readonly string[]
}

const REPORT = '__reportViolation'

/**
 * Watches a page for what no page may do: violations of its policy, requests to elsewhere, uncaught errors, errors in the
 * console, dialogs. Call it before the page goes anywhere.
 */
export async function watchPage(context: BrowserContext, page: Page, origin: string): Promise<Watch> {
  const faults: string[] = []
  const consoleErrors: string[] = []
  const expected: RegExp[] = []

  await context.exposeFunction(REPORT, (text: string) => void faults.push(`policy violated: ${text}`))
  await context.addInitScript((report) => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
      Reflect.get(globalThis, report)(`${violatedDirective} by ${blockedURI} ${sample}`)
    })
  }, REPORT)
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.stack ?? error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') consoleErrors.push(`${message.text()} (${message.location().url})`)
  })
  page.on('request', (request) => {
    const { protocol, origin: to } = new URL(request.url())
    if (protocol !== 'data:' && to !== origin) faults.push(`request to ${request.url()}`)
  })
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('popup', (popup) => faults.push(`window opened: ${popup.url()}`))

  return {
    expectError: (pattern) => void expected.push(pattern),
    get faults() {
      const unexpected = consoleErrors.filter((text) => !expected.some((pattern) => pattern.test(text)))
      return [...faults, ...unexpected.map((text) => `error in the console: ${text}`)]
    },
  }
}
