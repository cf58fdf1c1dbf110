import type { ApiClient, Attempt, DeliveryDetail } from './api-client.ts'
import type { LoggedAttempt } from './sender-process.ts'
import { say } from './terminal.ts'

/** What the lines about attempts are made of. */
export interface Known {
  /** To look attempts up in its Delivery Log. */
  readonly api: ApiClient
  /** Names of subscribers by the ids of their subscriptions. */
  readonly names: ReadonlyMap<string, string>
  /** What happened, by the ids of the events. */
  readonly words: ReadonlyMap<string, string>
}

/** Tells of attempts as they are made. */
export interface AttemptTeller {
  /** Tells of those that were made already, and from now on. */
  begin(known: Known): void
  readonly onAttempt: (attempt: LoggedAttempt) => void
  /** Resolves when so many attempts were told. */
  told(count: number): Promise<void>
  /** Keeps what comes from now on to itself. */
  end(): void
}

/** Keeps attempts to itself until it begins. */
export function createAttemptTeller(): AttemptTeller {
  const begun = Promise.withResolvers<Known>()
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  let last: Promise<void> = Promise.resolve()
  let count = 0
  let isEnded = false

  async function tell({ deliveryId, number }: LoggedAttempt): Promise<void> {
    if (isEnded) return
    const known = await begun.promise
    const delivery = await known.api.getDelivery(deliveryId)
    const attempt = delivery.attempts.find((each) => each.number === number)
    if (attempt !== undefined) sayAttempt(delivery, attempt, known)
  }

  return {
    begin: (known) => begun.resolve(known),
    onAttempt(attempt) {
      // The sender finishes what is in flight after its API is closed; nobody has to hear of that.
      last = last
        .then(() => tell(attempt))
        .catch(() => {})
        .finally(() => {
          count += 1
          for (const each of waiting) if (count >= each.count) each.resolve()
        })
    },
    async told(wanted) {
      if (count >= wanted) return
      await new Promise<void>((resolve) => {
        waiting.push({ count: wanted, resolve })
      })
    },
    end() {
      isEnded = true
    },
  }
}

/** What an attempt came to, in a few words; for a forwarder as its answer in the Delivery Log says. */
export function resultWords({ outcome, number, response_body: body }: Attempt): string {
  const { status, reason, steps } = parseAnswer(body)
  if (outcome !== 'succeeded') return `${outcome}${reason === undefined ? '' : ` (${reason})`}`
  const at = number === 1 ? '' : `, attempt ${number}`
  if (status === 'duplicate') return `known already${at}`
  if (steps === undefined) return `handled${at}`
  const result = resultsByWeight.find(({ result }) => steps.some((step) => step.result === result))
  return `${result?.words ?? 'nothing to do'}${at}`
}

/** The results that a forwarder answers with; of several the first here says most. */
const resultsByWeight = [
  { result: 'delivered', words: 'told' },
  { result: 'stale', words: 'out of date' },
]

function sayAttempt(delivery: DeliveryDetail, attempt: Attempt, { names, words }: Known): void {
  const { subscription_id: id, event, event_id: eventId } = delivery
  const { started_at: startedAt, duration_ms: durationMs, number, outcome } = attempt
  const isDone = outcome === 'succeeded'
  const at = new Date(Date.parse(startedAt) + durationMs)
  const result = `${words.get(eventId) ?? event} → ${resultWords(attempt)}, ${durationMs} ms`
  const what = isDone ? result : `${result}, attempt ${number}; it comes again`
  say({ kind: isDone ? 'delivered' : 'failed', who: names.get(id) ?? id, what, at })
}

interface Answer {
  readonly status?: string
  readonly reason?: string
  readonly steps?: readonly { readonly result: string }[]
}

function parseAnswer(body: string | null): Answer {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The receivers' own tests check their answers.
    return JSON.parse(body ?? '') as Answer
  } catch {
    return {}
  }
}
