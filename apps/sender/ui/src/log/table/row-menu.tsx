import { Menu } from '@base-ui/react/menu'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useRef } from 'react'
import { type Delivery, redeliver } from '../../api/deliveries.ts'
import { useReadOnlyReason } from '../../api/session.ts'
import { tellDone, tellFailed } from '../../components/toasts.tsx'
import { strings } from '../../strings/index.ts'
import { withFilter } from '../filters/log-filters.ts'
import type { LogSearch } from '../log-search.ts'
import type { LogRow } from './log-row.ts'
import menu from '../../components/menu.module.css'

/** Of which row, and where. */
export interface RowMenuProps {
  readonly row: LogRow
  /** The button that opened it; it gets the focus back, unless it goes away. */
  readonly anchor: HTMLElement
  readonly search: LogSearch
  readonly onSearch: (search: LogSearch) => void
  readonly onRedelivered: (delivery: Delivery) => void
  readonly onClose: () => void
}

/** What can be done with a delivery from its row; one menu serves all rows. */
export function RowMenu({ row, anchor, search, onSearch, onRedelivered, onClose }: RowMenuProps): ReactNode {
  const readOnlyReason = useReadOnlyReason()
  const queries = useQueryClient()
  const isNarrowing = useRef(false)
  const { menu: words } = strings.log
  const redelivering = useMutation({
    mutationFn: () => redeliver(row.id),
    onSuccess({ delivery, isNew }) {
      onRedelivered(delivery)
      tellDone(isNew ? words.redelivered : words.hastened)
      void queries.invalidateQueries({ queryKey: ['deliveries', 'statistics'] })
    },
    onError: tellFailed,
  })

  async function copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text)
      tellDone(words.copied)
    } catch {
      tellDone(strings.copy.failed)
    }
  }

  function narrow(search: LogSearch): void {
    isNarrowing.current = true
    onSearch(search)
  }

  // The button that opened it goes away with the rows of another search.
  function focusAfter(): HTMLElement | null {
    return isNarrowing.current ? document.querySelector<HTMLElement>('#log-heading') : anchor
  }

  const { outcome } = row
  const params = { deliveryId: row.id, eventId: row.eventId, subscriptionId: row.subscriptionId }
  return (
    <Menu.Root defaultOpen modal={false} onOpenChangeComplete={(isOpen) => isOpen || onClose()}>
      <Menu.Portal>
        <Menu.Positioner anchor={anchor} align="end" sideOffset={4} className={menu.positioner}>
          <Menu.Popup className={menu.popup} finalFocus={focusAfter}>
            <Menu.LinkItem
              className={menu.item}
              render={<Link to="/settings/webhooks/delivery-log/$deliveryId" params={params} />}
            >
              {words.open}
            </Menu.LinkItem>
            <Menu.LinkItem
              className={menu.item}
              render={<Link to="/settings/webhooks/events/$eventId" params={params} />}
            >
              {words.openEvent}
            </Menu.LinkItem>
            <Menu.LinkItem
              className={menu.item}
              render={<Link to="/settings/integrations/webhooks/$subscriptionId" params={params} />}
            >
              {words.openSubscription}
            </Menu.LinkItem>
            <Menu.Separator className={menu.separator} />
            <Menu.Item
              className={menu.item}
              disabled={readOnlyReason !== undefined}
              title={readOnlyReason}
              aria-description={readOnlyReason}
              onClick={() => redelivering.mutate()}
            >
              {words.redeliver}
            </Menu.Item>
            <Menu.Item className={menu.item} onClick={() => void copy(row.id)}>
              {words.copyId}
            </Menu.Item>
            <Menu.Item className={menu.item} onClick={() => void copy(row.eventId)}>
              {words.copyEventId}
            </Menu.Item>
            <Menu.Separator className={menu.separator} />
            <Menu.Item className={menu.item} onClick={() => narrow(withFilter(search, 'event', row.event))}>
              {words.onlyEvent}
            </Menu.Item>
            <Menu.Item
              className={menu.item}
              onClick={() => narrow(withFilter(search, 'subscription', row.subscriptionId))}
            >
              {words.onlySubscription}
            </Menu.Item>
            {outcome !== null && (
              <Menu.Item className={menu.item} onClick={() => narrow(withFilter(search, 'outcome', outcome))}>
                {words.onlyOutcome}
              </Menu.Item>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
