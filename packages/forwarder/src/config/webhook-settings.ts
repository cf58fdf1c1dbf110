/** A webhook secret, as the SDK's receiver takes it. */
export interface WebhookSecret {
  /** Shown in logs, so never secret. */
  readonly id: string
  readonly value: string
  /** When it stops being accepted. Default never. */
  readonly notAfter?: Date
}

/** How events are received, as the section `webhook` says; every default filled in. */
export interface WebhookSettings {
  /** At least one; several while the secret is rotated. */
  readonly secrets: readonly WebhookSecret[]
  /** How old an event may be. Default 7 days, at least 2. */
  readonly maxAgeMs: number
  /** How far ahead of this machine's clock an event's time may be. Default 5 minutes. */
  readonly clockSkewMs: number
  /** Default 1 MiB. */
  readonly maxBodyBytes: number
  /** Whether requests without a signed attempt time are refused. Default false. */
  readonly requireAttemptSignature: boolean
}
