import { Menu } from '@base-ui/react/menu'
import type { ReactNode } from 'react'
import { useReadOnlyReason } from '../../api/session.ts'
import type { Subscription } from '../../api/subscriptions.ts'
import { Button } from '../../components/button.tsx'
import { strings } from '../../strings/index.ts'
import type { DialogName } from './dialogs.tsx'
import { stateRequests } from './state-requests.ts'
import styles from './header-actions.module.css'

/** What {@link HeaderActions} act on. */
export interface HeaderActionsProps {
  readonly state: Subscription['state']
  readonly onChoose: (dialog: DialogName) => void
}

/** What can be done with the subscription; those who may only read see why they may not. */
export function HeaderActions({ state, onChoose }: HeaderActionsProps): ReactNode {
  const readOnly = useReadOnlyReason()
  const { actions } = strings.subscription
  const request = stateRequests[state]
  return (
    <>
      <Button onClick={() => onChoose('test')} disabledReason={readOnly}>
        {actions.test}
      </Button>
      <Button
        variant={request === 'pause' ? 'secondary' : 'primary'}
        onClick={() => onChoose(request)}
        disabledReason={readOnly}
      >
        {actions[request]}
      </Button>
      <Button onClick={() => onChoose('edit')} disabledReason={readOnly}>
        {actions.edit}
      </Button>
      <Menu.Root modal={false}>
        <Menu.Trigger className={styles.trigger} aria-label={actions.more}>
          <span aria-hidden="true">⋯</span>
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner align="end" sideOffset={4} className={styles.positioner}>
            <Menu.Popup className={styles.popup}>
              {readOnly !== undefined && <p className={styles.reason}>{readOnly}</p>}
              {(['rotate', 'delete'] as const).map((name) => (
                <Menu.Item
                  key={name}
                  className={styles.item}
                  data-danger={name === 'delete' || undefined}
                  disabled={readOnly !== undefined}
                  aria-description={readOnly}
                  onClick={() => onChoose(name)}
                >
                  {actions[name]}
                </Menu.Item>
              ))}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
    </>
  )
}
