import { setTimeout as delay } from 'node:timers/promises'
import type { TrialEvent } from '../events/trial-event.ts'
import { countUp } from '../run/report.ts'
import { type Answer, sendSigned } from './send-signed.ts'

/** What is to be delivered, and how. */
export interface DeliveryOptions {
  /** In order; an event may be there several times. */
  readonly deliveries: readonly TrialEvent[]
  /** How many are under way at once. */
  readonly concurrency: number
  readonly url: string
  /** How long to wait for a `Retry-After` of so many seconds; they are shortened, so that a trial ends. */
  readonly waitMs?: (retryAfterSeconds: number | undefined, attempt: number) => number
  /** Told of every answer; `undefined` for none. */
  readonly onAnswer?: (event: TrialEvent, answer: Answer | undefined) => void
  /** Gives up after so long without a single success. Default two minutes. */
  readonly patienceMs?: number
}

/** How deliveries went. */
export interface Delivered {
  readonly requests: number
  /** By status; `none` where there was no whole answer. */
  readonly answers: Readonly<Record<string, number>>
  /** By `status` of the body of a success. */
  readonly outcomes: Readonly<Record<string, number>>
  /** By `reason` of the body of anything else. */
  readonly reasons: Readonly<Record<string, number>>
  /** Deliveries that never got a success. */
  readonly lost: readonly TrialEvent[]
}

const pauseMs = 150

interface Waiting {
  readonly event: TrialEvent
  readonly attempt: number
  readonly dueAt: number
}

/** Delivers everything until each delivery was answered with a success, as a sender that never gives up. */
export async function deliverAll(options: DeliveryOptions): Promise<Delivered> {
  const { deliveries, concurrency, url, waitMs = shortened, onAnswer, patienceMs = 120_000 } = options
  const queue = deliveries.toReversed()
  const again: Waiting[] = []
  const answers: Record<string, number> = {}
  const outcomes: Record<string, number> = {}
  const reasons: Record<string, number> = {}
  let requests = 0
  let underWay = 0
  let lastSuccessAt = performance.now()
  let pausedUntil = 0

  function next(): Waiting | undefined {
    const now = performance.now()
    const due = again.findIndex(({ dueAt }) => dueAt <= now)
    if (due !== -1) return again.splice(due, 1)[0]
    const event = queue.pop()
    return event === undefined ? undefined : { event, attempt: 1, dueAt: now }
  }

  async function work(): Promise<void> {
    while (performance.now() - lastSuccessAt < patienceMs) {
      const waiting = performance.now() < pausedUntil ? 'paused' : next()
      if (waiting === 'paused') {
        await delay(20)
        continue
      }
      if (waiting === undefined) {
        if (queue.length + again.length + underWay === 0) return
        await delay(10)
        continue
      }
      underWay += 1
      await attempt(waiting)
      underWay -= 1
    }
  }

  async function attempt({ event, attempt }: Waiting): Promise<void> {
    requests += 1
    const answer = await sendSigned(url, event)
    onAnswer?.(event, answer)
    countUp(answers, answer === undefined ? 'none' : String(answer.status))
    if (answer !== undefined && answer.status >= 200 && answer.status < 300) {
      lastSuccessAt = performance.now()
      countUp(outcomes, fieldOf(answer.body, 'status') ?? 'unreadable')
      return
    }
    // Nobody is there: others need not be tried either.
    if (answer === undefined) pausedUntil = performance.now() + pauseMs
    else countUp(reasons, fieldOf(answer.body, 'reason') ?? `status ${answer.status}`)
    const dueAt = performance.now() + waitMs(answer?.retryAfterSeconds, attempt)
    again.push({ event, attempt: attempt + 1, dueAt })
  }

  await Promise.all(Array.from({ length: concurrency }, work))
  return { requests, answers, outcomes, reasons, lost: [...queue, ...again.map(({ event }) => event)] }
}

/** A tenth of what was asked for, at least 50 ms and at most 2 s. */
function shortened(retryAfterSeconds: number | undefined): number {
  return Math.min(Math.max((retryAfterSeconds ?? 2) * 100, 50), 2000)
}

/** A text in a JSON object. */
export function fieldOf(body: unknown, name: string): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const field = new Map<string, unknown>(Object.entries(body)).get(name)
  return typeof field === 'string' ? field : undefined
}
