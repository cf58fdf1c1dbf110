import type { Page } from 'playwright-core'
import { strings } from '../../../src/strings/index.ts'

/** Resolves once a page shows what it loaded: its heading is there, and no place is kept for what is still to come. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  const loading = page.getByRole('status', { name: strings.loading }).filter({ visible: true })
  // The first may be gone before the second is there.
  while ((await loading.count()) > 0) await loading.first().waitFor({ state: 'hidden' })
}
