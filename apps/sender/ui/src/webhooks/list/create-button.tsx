import type { ReactNode } from 'react'
import { useReadOnlyReason } from '../../api/session.ts'
import { Button } from '../../components/button.tsx'
import { LinkButton } from '../../components/link-button.tsx'
import { strings } from '../../strings/index.ts'

/** Leads to making a subscription; for members it says why they cannot. */
export function CreateButton(): ReactNode {
  const reason = useReadOnlyReason()
  const { create } = strings.webhooks
  if (reason !== undefined) {
    return (
      <Button variant="primary" disabledReason={reason}>
        {create}
      </Button>
    )
  }
  return (
    <LinkButton variant="primary" to="/settings/integrations/webhooks/new">
      {create}
    </LinkButton>
  )
}
