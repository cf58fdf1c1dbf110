import type { TestProject } from 'vitest/node'
import { buildPage } from './build-page.ts'
import { launchBrowser } from './launch.ts'
import { startStageProcess } from './stage-process.ts'
import type { StageFacts } from './stage/start-stage.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** What tests may look at, and may not change. */
    readonly stage: StageFacts
    /** Where the browser that all tests share can be reached. */
    readonly browserUrl: string
  }
}

/**
 * Gives the tests one sender with a story on a database in a temporary directory, and one Chromium.
 *
 * @returns what vitest calls after the last test.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const closers: (() => Promise<unknown>)[] = []
  async function close(): Promise<void> {
    for (const closer of closers.splice(0).toReversed()) await closer()
  }

  try {
    await buildPage()
    const stage = startStageProcess()
    closers.push(() => stage.stop())
    const browser = await launchBrowser()
    closers.push(() => browser.close())
    project.provide('stage', await stage.facts)
    project.provide('browserUrl', browser.wsEndpoint())
    return close
  } catch (error) {
    await close().catch(() => {})
    throw error
  }
}
