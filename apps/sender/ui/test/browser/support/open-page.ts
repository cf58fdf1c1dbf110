import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { expect, inject, onTestFinished } from 'vitest'
import { signIn } from './session.ts'
import type { AccountKeys } from './stage/accounts.ts'
import { watchPage } from './watch.ts'

/** Who looks at which page, and how. */
export interface Viewing {
  /** Where to go; `null` for nowhere yet, where a test has to prepare something before. Default: the start page. */
  readonly path?: string | null
  /** Who is signed in; `null` for nobody. Default `admin`. */
  readonly role?: 'admin' | 'member' | null
  /** Whose keys to sign in with. Default: those of the stage, where tests may only look. */
  readonly account?: AccountKeys
  /** What the device prefers. Default `light`. */
  readonly theme?: Theme
  /** Default `wide`. */
  readonly width?: Width
  /** Default `reduce`, so that nothing is looked at in the middle of a movement. */
  readonly motion?: 'reduce' | 'no-preference'
}

/** The themes of {@link Viewing}. */
export const themes = ['light', 'dark'] as const
/** One of {@link themes}. */
export type Theme = (typeof themes)[number]

// A laptop’s and a phone’s.
const widths = { wide: { width: 1280, height: 800 }, narrow: { width: 390, height: 844 } } as const
/** The windows of {@link Viewing}: a laptop’s, 1280 px wide, and a phone’s, 390 px. */
export type Width = keyof typeof widths

/** A page that is open until the test ends. */
export interface OpenedPage {
  readonly page: Page
  readonly context: BrowserContext
  /** Console errors that match are expected in this test, such as those of a request that it lets fail. */
  readonly expectError: (pattern: RegExp) => void
}

/**
 * Opens a page of the stage's sender in a browser of its own (cookies, storage), signed in, and closes it when the test
 * ends. The test then fails for whatever no page may do: violations of its policy, requests that leave its origin,
 * uncaught errors, errors in the console that were not expected, dialogs.
 *
 * ```ts
 * const { page } = await openPage({ path: '/settings/webhooks/delivery-log', role: 'member', width: 'narrow' })
 * await page.getByRole('heading', { level: 1, name: 'Delivery Log' }).waitFor()
 * ```
 *
 * A test that changes something does so in an account of its own:
 *
 * ```ts
 * const account = await newAccount()
 * const { page } = await openPage({ account })
 * ```
 */
export async function openPage(viewing: Viewing = {}): Promise<OpenedPage> {
  const { url, keys } = inject('stage')
  const {
    path = '/',
    role = 'admin',
    account = keys,
    theme = 'light',
    width = 'wide',
    motion = 'reduce',
  } = viewing
  const context = await (
    await browser()
  ).newContext({
    baseURL: url,
    colorScheme: theme,
    viewport: widths[width],
    hasTouch: width === 'narrow',
    reducedMotion: motion,
    locale: 'en-US',
    timezoneId: 'Europe/Berlin',
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  context.setDefaultTimeout(10_000)
  const page = await context.newPage()
  const watch = await watchPage(context, page, url)
  onTestFinished(async () => {
    await context.close()
    expect(watch.faults.join('\n'), 'what no page may do').toBe('')
  })
  if (role !== null) await signIn(context, account[role])
  if (path !== null) await page.goto(path)
  return { page, context, expectError: watch.expectError }
}

let connected: Promise<Browser> | undefined

function browser(): Promise<Browser> {
  connected ??= chromium.connect(inject('browserUrl'))
  return connected
}
