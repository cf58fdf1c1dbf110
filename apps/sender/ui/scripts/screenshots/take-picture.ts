import type { Browser, Page } from 'playwright-core'
import { strings } from '../../src/strings/index.ts'
import { settled } from '../../test/browser/support/settled.ts'
import type { StageFacts } from '../../test/browser/support/stage/start-stage.ts'
import type { Scene } from './scenes.ts'

/** API keys by viewer. */
export type Viewers = Readonly<Record<NonNullable<Scene['viewer']>, string | undefined>>

/** How a page is looked at. */
export type Look = (typeof looks)[number]

/** The looks of which pictures are taken. */
export const looks = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  { name: 'narrow', colorScheme: 'light', viewport: { width: 390, height: 844 } },
] as const

/** What a picture is taken of. */
export interface Picture {
  readonly browser: Browser
  readonly facts: StageFacts
  readonly viewers: Viewers
  readonly look: Look
  readonly scene: Scene
  /** Without it, none is taken. */
  readonly path?: string
}

const API = '**/api/**'

/** Takes a picture of a whole page, and returns the first words of the section that says why things are as they are. */
export async function takePicture({ browser, facts, viewers, look, scene, path }: Picture): Promise<string> {
  const { colorScheme, viewport } = look
  const context = await browser.newContext({
    baseURL: facts.url,
    colorScheme,
    viewport,
    reducedMotion: 'reduce',
  })
  try {
    context.setDefaultTimeout(20_000)
    const page = await context.newPage()
    const key = viewers[scene.viewer ?? 'admin']
    await page.goto(key === undefined ? '/sign-in' : `/sign-in#key=${key}`)
    if (key !== undefined) await page.waitForURL('/settings/**')
    if (scene.isOffline === true) await cutOff(page)
    await page.goto(scene.path(facts))
    if (scene.isOffline === true) await page.getByText(strings.problems.unreachable.title).first().waitFor()
    else await page.getByRole('heading').first().waitFor()
    await settledIfHeaded(page)
    await scene.act?.(page)
    // Dialogs and menus that open have their own places to fill.
    await page.waitForTimeout(300)
    if (path !== undefined) await page.screenshot({ path, fullPage: true })
    const answers = page
      .locator('section[data-tone]')
      .or(page.getByRole('region', { name: strings.delivery.event.absent.heading, exact: true }))
    const found = await answers.allInnerTexts()
    return found.join(' ').replaceAll(/\s+/g, ' ').slice(0, 600)
  } finally {
    await context.close()
  }
}

async function cutOff(page: Page): Promise<void> {
  await page.route(API, async (route) => {
    if (route.request().url().endsWith('/api/session')) await route.continue()
    else await route.abort('connectionrefused')
  })
}

/** What leads nowhere has no heading of its own. */
async function settledIfHeaded(page: Page): Promise<void> {
  if ((await page.getByRole('heading', { level: 1 }).count()) > 0) await settled(page)
}
