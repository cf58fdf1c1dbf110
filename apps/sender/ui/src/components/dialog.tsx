import { Dialog as BaseDialog } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'
import styles from './dialog.module.css'

/** What a {@link Dialog} shows. */
export interface DialogProps {
  readonly isOpen: boolean
  /** Called when it is closed by its button, Escape, or a press beside it. */
  readonly onClose: () => void
  readonly title: string
  /** One sentence below the title. */
  readonly description?: ReactNode
  readonly children?: ReactNode
  /** Buttons, the one to press last. */
  readonly actions?: ReactNode
  /** Default `narrow`: 32 rem. */
  readonly width?: 'narrow' | 'wide'
}

/** A modal dialog: it takes the focus, keeps it, and gives it back to what opened it. */
export function Dialog({
  isOpen,
  onClose,
  title,
  description,
  children,
  actions,
  width = 'narrow',
}: DialogProps): ReactNode {
  return (
    <BaseDialog.Root open={isOpen} onOpenChange={(open) => open || onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={styles.backdrop} />
        <BaseDialog.Viewport className={styles.viewport}>
          <BaseDialog.Popup className={styles.popup} data-width={width}>
            <BaseDialog.Title className={styles.title}>{title}</BaseDialog.Title>
            {description !== undefined && (
              <BaseDialog.Description className={styles.description} render={<div />}>
                {description}
              </BaseDialog.Description>
            )}
            {children !== undefined && <div className={styles.content}>{children}</div>}
            {actions !== undefined && <div className={styles.actions}>{actions}</div>}
          </BaseDialog.Popup>
        </BaseDialog.Viewport>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  )
}
