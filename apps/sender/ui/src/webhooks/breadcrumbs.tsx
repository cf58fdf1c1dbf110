import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { strings } from '../strings/index.ts'

/** The way back to the list. */
export function Breadcrumbs(): ReactNode {
  return <Link to="/settings/integrations/webhooks">{strings.shell.webhooks}</Link>
}
