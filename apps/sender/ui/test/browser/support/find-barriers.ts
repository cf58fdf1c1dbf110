import axe from 'axe-core'
import type { Page } from 'playwright-core'

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice']

/**
 * What axe-core finds on a page as it is now, in words: WCAG 2.0 to 2.2, levels A and AA, and best practices. Axe runs in a
 * world of its own, beside the page's scripts and outside of its policy.
 */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page)
  try {
    const { frameTree } = await session.send('Page.getFrameTree')
    const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', {
      frameId: frameTree.frame.id,
      worldName: 'axe',
    })
    await session.send('Runtime.evaluate', { expression: axe.source, contextId })
    const options = JSON.stringify({ runOnly: tags, resultTypes: ['violations'] })
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression: `axe.run(document, ${options}).then(${summarize.toString()})`,
      contextId,
      awaitPromise: true,
      returnByValue: true,
    })
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description)
    return result.value
  } finally {
    await session.detach()
  }
}

/** Runs in the page. */
function summarize({ violations }: axe.AxeResults): readonly string[] {
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, target, failureSummary }) =>
      [`${id}: ${help}`, target.join(' '), html.slice(0, 300), failureSummary].join('\n  '),
    ),
  )
}
