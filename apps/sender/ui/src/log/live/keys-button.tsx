import { type ReactNode, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { strings } from '../../strings/index.ts'
import styles from './keys-button.module.css'

/** Whether letters are keys. */
export interface KeysButtonProps {
  readonly isOn: boolean
  readonly onToggle: (isOn: boolean) => void
}

/** Tells the keys of the log. Those of a single letter can be turned off, for those who speak to their computer (WCAG 2.1.4). */
export function KeysButton({ isOn, onToggle }: KeysButtonProps): ReactNode {
  const [isOpen, setIsOpen] = useState(false)
  const { keys } = strings.log
  return (
    <>
      <div className={styles.opener}>
        <Button variant="plain" onClick={() => setIsOpen(true)}>
          {keys.label}
        </Button>
      </div>
      <Dialog
        isOpen={isOpen}
        onClose={() => setIsOpen(false)}
        title={keys.title}
        actions={<Button onClick={() => setIsOpen(false)}>{strings.actions.close}</Button>}
      >
        <dl className={styles.keys}>
          {keys.list.map(([key, words]) => (
            <div key={key} className={styles.key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
        <label className={styles.toggle}>
          <input type="checkbox" checked={isOn} onChange={(event) => onToggle(event.target.checked)} />
          {keys.toggle}
        </label>
      </Dialog>
    </>
  )
}
