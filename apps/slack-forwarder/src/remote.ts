import type { Alert, Severity } from '@complywise/forwarder'
import type { Card } from './render/card.ts'

/** What the ledger keeps of an alert's message. */
export interface SlackRemote {
  /** Whose token posted it; no other may change it. */
  readonly workspace: string
  readonly channel: string
  readonly ts: string
  /** The steps that the message told when it was posted, to be found by. */
  readonly steps: readonly string[]
  /** What it says of this alert now. */
  readonly card: Card
  /** How bad the alert was when it was told last by something that can notify people: a message or a reply. */
  readonly severity?: Severity
  /** Whom it was posted for, in order, if it carries several alerts. */
  readonly joined?: readonly { readonly key: string; readonly headline: string }[]
}

/** The name of a message in the ledger: alerts with the same one share it. */
export function refOf({ channel, ts }: Pick<SlackRemote, 'channel' | 'ts'>): string {
  return `${channel}/${ts}`
}

/** What the ledger has of an alert in Slack. */
export function remoteOf(alert: Alert): SlackRemote | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Only this destination writes it.
  return alert.remote as SlackRemote | undefined
}
