/** What is chosen in the dialog that rotates a secret. */
export interface RotationForm {
  /** `generated`: made on the page; `given`: typed. */
  readonly source: 'generated' | 'given'
  readonly generated: string
  readonly given: string
  readonly overlap: OverlapChoice
  /** Whether every process of the receiver accepts both secrets. */
  readonly isReceiverReady: boolean
}

/** How long the old secret goes on signing, in seconds; 0 when it has leaked. */
export type OverlapChoice = '0' | '3600' | '86400' | '604800'

/** From none to the longest that there is. */
export const overlapChoices: readonly OverlapChoice[] = ['0', '3600', '86400', '604800']

/** The new secret that was chosen; empty while there is none. */
export function chosenSecret({ source, generated, given }: RotationForm): string {
  return source === 'generated' ? generated : given
}

/** What the rotation still lacks; `undefined` when it can be done. */
export function lackOf(form: RotationForm): 'secret' | 'receiver' | undefined {
  if (chosenSecret(form) === '') return 'secret'
  // Whoever rotates because of a leak has no time to wait for a deployment.
  return form.isReceiverReady || form.overlap === '0' ? undefined : 'receiver'
}

/** A receiver that accepts the new secret and the old one, for Node; the ids are days in UTC. */
export function receiverWithBoth(now: Date, overlap: OverlapChoice): string {
  const notAfter = new Date(
    Math.ceil((now.getTime() + (Number(overlap) + MARGIN_SECONDS) * 1000) / DAY_MS) * DAY_MS,
  )
  return `import { createReceiver } from '@complywise/webhooks'

const { NEW_SECRET, OLD_SECRET } = process.env

export const receiver = createReceiver({
  secret: [
    { id: '${dayOf(now)}', value: NEW_SECRET },
    { id: 'before-${dayOf(now)}', value: OLD_SECRET, notAfter: new Date('${dayOf(notAfter)}T00:00:00Z') },
  ],
})
`
}

const DAY_MS = 86_400_000
// For the last retries of events that the old secret has signed.
const MARGIN_SECONDS = 2 * 24 * 3600

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10)
}
