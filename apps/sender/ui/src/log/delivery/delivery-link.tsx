import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

/** A link to the page of a delivery, which is its id. */
export function DeliveryLink({ id }: { readonly id: string }): ReactNode {
  return (
    <Link to="/settings/webhooks/delivery-log/$deliveryId" params={{ deliveryId: id }}>
      <code>{id}</code>
    </Link>
  )
}
