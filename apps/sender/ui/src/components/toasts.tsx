import { Toast } from '@base-ui/react/toast'
import type { ReactNode } from 'react'
import { strings } from '../strings/index.ts'
import { describeProblem } from './error-state.tsx'
import styles from './toasts.module.css'

const manager = Toast.createToastManager()

/** Says for a moment that something was done; announced politely. */
export function tellDone(title: string): void {
  manager.add({ title, type: 'success' })
}

/** Says that something could not be done, and why; stays until it is closed, and is announced at once. */
export function tellFailed(error: unknown): void {
  const { title, detail } = describeProblem(error)
  manager.add({ title, description: detail, type: 'danger', timeout: 0, priority: 'high' })
}

/** Where {@link tellDone} and {@link tellFailed} show what they say. Stands once, around the page. */
export function Toasts({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <Toast.Provider toastManager={manager}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className={styles.viewport}>
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function ToastList(): ReactNode {
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className={styles.toast}>
      <Toast.Content className={styles.content}>
        <div>
          <Toast.Title className={styles.title} render={<p />} />
          <Toast.Description className={styles.description} />
        </div>
        <Toast.Close className={styles.close} aria-label={strings.actions.close}>
          ×
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ))
}
