/** An envelope to send. */
export interface EventToSend {
  readonly event: string
  readonly event_id: string
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
}

/** A new event of a type that is in nobody's catalog, so that its `data` may be anything. */
export function newEvent(data: EventToSend['data'] = {}, over: Partial<EventToSend> = {}): EventToSend {
  return {
    event: 'policy.approved',
    event_id: crypto.randomUUID(),
    timestamp: new Date().toISOString(),
    data,
    ...over,
  }
}

/** A new `scan.completed`, whose data is documented. */
export function newScan(data: EventToSend['data'] = {}): EventToSend {
  const scan = {
    scan_job_id: crypto.randomUUID(),
    total_controls: 120,
    passed: 117,
    failed: 3,
    score: 97.5,
  }
  return newEvent({ ...scan, ...data }, { event: 'scan.completed' })
}

/** A new `compliance.control_failed`, whose data is documented. */
export function newControlFailure(data: EventToSend['data'] = {}): EventToSend {
  const control = {
    control_id: 'CC6.1',
    framework: 'SOC 2',
    previous_status: 'passed',
    new_status: 'failed',
  }
  return newEvent({ ...control, ...data }, { event: 'compliance.control_failed' })
}

/** A time, relative to now. */
export function fromNow(offset: { readonly days?: number; readonly minutes?: number }): Date {
  return new Date(Date.now() + ((offset.days ?? 0) * 24 * 60 + (offset.minutes ?? 0)) * 60_000)
}
