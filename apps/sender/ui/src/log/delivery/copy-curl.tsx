import type { ReactNode } from 'react'
import type { Attempt, DeliveryDetail } from '../../api/deliveries.ts'
import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { strings } from '../../strings/index.ts'
import { curlCommand } from './curl-command.ts'

/** What a {@link CopyCurl} copies. */
export interface CopyCurlProps {
  readonly delivery: DeliveryDetail
  /** Whose headers are sent. Default: the newest attempt that sent a request. */
  readonly attempt?: Attempt
}

/** Copies a command that repeats the request of an attempt with the very bytes. */
export function CopyCurl({ delivery, attempt }: CopyCurlProps): ReactNode {
  const { curl } = strings.delivery
  const { url, body, attempts } = delivery
  const { request_headers: headers = null } =
    attempt ?? attempts.findLast(({ request_headers: sent }) => sent !== null) ?? {}
  if (body === null || headers === null) {
    return <Button disabledReason={body === null ? curl.expired : curl.none}>{curl.copy}</Button>
  }
  return (
    <CopyButton text={curlCommand({ url, headers, body })} of={curl.of} label={curl.copy} title={curl.hint} />
  )
}
