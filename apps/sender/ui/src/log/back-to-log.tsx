import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useSession } from '../api/session.ts'
import { strings } from '../strings/index.ts'
import { lastLogSearch } from './last-log-search.ts'

/** A link to the Delivery Log with the filters that it had last. */
export function BackToLog(): ReactNode {
  const { account } = useSession()
  return (
    <Link to="/settings/webhooks/delivery-log" search={lastLogSearch(account.id)}>
      {strings.delivery.log}
    </Link>
  )
}
