import { type RefCallback, useCallback, useState } from 'react'

/** How much of a long list is shown. */
export interface Growing {
  readonly shownCount: number
  readonly grow: () => void
  /** For what stands below the list: it grows when that comes into sight. */
  readonly endRef: RefCallback<Element>
}

const STEP = 50
/** Before the end is in sight, so that nobody sees it. */
const MARGIN = '800px'

/** Shows a long list bit by bit, as it is scrolled, so that the first ones are there at once. */
export function useGrowing(): Growing {
  const [shownCount, setShownCount] = useState(STEP)
  const grow = useCallback(() => setShownCount((count) => count + STEP), [])
  const endRef = useCallback(
    (end: Element | null) => {
      if (end === null) return undefined
      const observer = new IntersectionObserver(
        (entries) => entries.some(({ isIntersecting }) => isIntersecting) && grow(),
        { rootMargin: MARGIN },
      )
      observer.observe(end)
      return () => observer.disconnect()
    },
    [grow],
  )
  return { shownCount, grow, endRef }
}
