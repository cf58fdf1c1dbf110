import { DestinationError, type Finding } from '@complywise/forwarder'

export function ok(code: string, message: string): Finding {
  return { status: 'ok', code, message }
}

export function warning(code: string, message: string, fix: string): Finding {
  return { status: 'warning', code, message, fix }
}

export function failed(code: string, message: string, fix: string): Finding {
  return { status: 'failed', code, message, fix }
}

/** Findings of a look that itself may fail; a failure is a finding as well. */
export async function looked(
  what: string,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look()
  } catch (error) {
    const code = error instanceof DestinationError ? error.code : 'jira_check_failed'
    const message = error instanceof Error ? error.message : String(error)
    const fix = error instanceof DestinationError ? error.fix : undefined
    const remedy = fix ?? 'Try again, and look at the network between here and Jira.'
    const isOutage =
      !(error instanceof DestinationError) || error.kind === 'retry' || error.kind === 'ambiguous'
    return [{ ...failed(code, `${what}: ${message}`, remedy), ...(isOutage && { isOutage }) }]
  }
}
