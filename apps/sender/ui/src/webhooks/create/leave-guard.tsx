import { useBlocker } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { strings } from '../../strings/index.ts'

/** Asks before what was entered is lost: on the way to another page, and when the window is closed or loaded again. */
export function LeaveGuard({
  isDirty,
  onLeave,
}: {
  readonly isDirty: boolean
  /** Called when it is left deliberately. */
  readonly onLeave: () => void
}): ReactNode {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
    enableBeforeUnload: isDirty,
    withResolver: true,
  })
  const { leave: texts } = strings.webhooks.creating

  function leave(): void {
    onLeave()
    blocker.proceed?.()
  }

  return (
    <Dialog
      isOpen={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title={texts.title}
      description={texts.text}
      actions={
        <>
          {/* The first one has the focus, and pressing it loses nothing. */}
          <Button onClick={() => blocker.reset?.()}>{texts.stay}</Button>
          <Button variant="danger" onClick={leave}>
            {texts.leave}
          </Button>
        </>
      }
    />
  )
}
