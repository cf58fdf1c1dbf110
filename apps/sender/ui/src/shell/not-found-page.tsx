import type { ReactNode } from 'react'
import { LinkButton } from '../components/link-button.tsx'
import { strings } from '../strings/index.ts'
import { Outside } from './outside.tsx'

/** For URLs that lead nowhere. */
export function NotFoundPage(): ReactNode {
  const { title, back } = strings.shell.notFound
  return (
    <Outside title={title}>
      <div>
        <LinkButton to="/settings/integrations/webhooks">{back}</LinkButton>
      </div>
    </Outside>
  )
}
