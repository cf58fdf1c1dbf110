import type { ReactNode } from 'react'
import type { Warning } from '../../api/subscription-changes.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { CodeBlock } from '../../components/code-block.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { strings } from '../../strings/index.ts'
import { WarningList } from '../warning-list.tsx'

/** What a {@link NewSecretDialog} shows. */
export interface NewSecretDialogProps {
  readonly secret: string
  readonly warnings: readonly Warning[]
  readonly onClose: () => void
  readonly onTest: () => void
}

/** The new secret, for the last time. Only its buttons close it: who presses Escape by habit would lose the secret. */
export function NewSecretDialog({ secret, warnings, onClose, onTest }: NewSecretDialogProps): ReactNode {
  const { rotate: texts } = strings.subscription
  return (
    <Dialog
      isOpen
      onClose={() => {}}
      title={texts.doneTitle}
      description={texts.doneDetail}
      actions={
        <>
          <Button onClick={onTest}>{texts.sendTest}</Button>
          <Button variant="primary" onClick={onClose}>
            {texts.stored}
          </Button>
        </>
      }
    >
      <CodeBlock code={secret} label={texts.secretOf} isWrapped />
      {warnings.length > 0 && (
        <Banner tone="warning" title={texts.warnings}>
          <WarningList warnings={warnings} />
        </Banner>
      )}
      <p>{texts.next}</p>
    </Dialog>
  )
}
