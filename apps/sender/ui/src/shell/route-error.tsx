import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ErrorState } from '../components/error-state.tsx'
import { strings } from '../strings/index.ts'
import { Outside } from './outside.tsx'

/** What failed within the frame. Trying again loads everything anew: what failed may have been the loading. */
export function RouteError({ error }: Pick<ErrorComponentProps, 'error'>): ReactNode {
  const router = useRouter()
  return <ErrorState error={error} onRetry={() => void router.invalidate()} />
}

/** The same where there is no frame yet. */
export function SettingsError({ error }: Pick<ErrorComponentProps, 'error'>): ReactNode {
  return (
    <Outside title={strings.shell.settings}>
      <RouteError error={error} />
    </Outside>
  )
}
