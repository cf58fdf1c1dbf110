import { type RefObject, useLayoutEffect, useState } from 'react'

/** How far an element's upper edge is from the page's, in pixels; whatever above it grows or shrinks. */
export function useOffsetTop(element: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    function measure(): void {
      const edge = element.current?.getBoundingClientRect().top
      if (edge !== undefined) setTop(Math.round(edge + window.scrollY))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [element])
  return top
}
