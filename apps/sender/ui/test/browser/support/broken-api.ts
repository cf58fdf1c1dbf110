import type { Page } from 'playwright-core'

const API = '**/api/**'

/**
 * Lets every request of the page to the API fail, as without a network, but those that match `pass`. Returns what ends
 * that.
 */
export async function cutApi(page: Page, pass: RegExp = /^$/): Promise<() => Promise<void>> {
  await page.route(API, async (route) => {
    if (pass.test(route.request().url())) await route.continue()
    else await route.abort('connectionrefused')
  })
  return () => page.unroute(API)
}

/**
 * Keeps every answer of the API back until it is let go; requests for the session pass, unless told otherwise. Returns what
 * lets all go.
 */
export async function holdApi(page: Page, pass: RegExp = /\/api\/session$/): Promise<() => Promise<void>> {
  const held = Promise.withResolvers<void>()
  await page.route(API, async (route) => {
    if (!pass.test(route.request().url())) await held.promise
    await route.continue()
  })
  // It stays: requests that were held are continued while others come.
  return async () => held.resolve()
}
