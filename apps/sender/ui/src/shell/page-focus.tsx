import { useRouterState } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'

/** Moves the focus to the heading when another page is shown, as a browser does between documents. */
export function PageFocus(): ReactNode {
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname })
  const shown = useRef(path)
  useEffect(() => {
    if (shown.current !== undefined && path !== shown.current) {
      document.querySelector<HTMLElement>('#page-title')?.focus({ preventScroll: true })
    }
    shown.current = path
  }, [path])
  return null
}
