import { NonRetryableError, RetryLaterError } from '../../src/receive/handler-errors.ts'
import type { Receiver } from '../../src/receive/receiver.ts'
import type { OracleEvent } from './oracle.ts'
import { examples } from './world.ts'

/** What handlers an event has, and what becomes of it. */
export interface HandlerMode {
  /** Registers the handlers; each tells `ran` its name when it is called. */
  register(receiver: Receiver, ran: Ran): void
  /**
   * What the `nth` run of an event must come to.
   *
   * @param isRemembered whether a store keeps what earlier runs have finished.
   * @returns `undefined` when it has no handlers.
   */
  expect(event: OracleEvent, nth: number, isRemembered: boolean): Expectation | undefined
}

/** An answer, and the handlers that run for it. */
export interface Expectation {
  readonly answer: string
  readonly ran: readonly string[]
  /** Whether the event is a duplicate from then on. */
  readonly isDone: boolean
}

/** Told of every handler that is called; gives the number of times that it was called for this event. */
export type Ran = (
  name: string,
  event: { readonly event: string; readonly event_id: string },
  context: { readonly secretId: string; readonly tenant: string | undefined },
) => number

const types = ['scan.completed', 'scan.failed', 'compliance.score_changed'] as const
const laterTypes = ['compliance.control_failed', 'evidence.uploaded', 'integration.disconnected'] as const
const catalog: ReadonlySet<string> = new Set(examples.slice(0, 6).map(([type]) => type))

/** What no answer may show. */
export const handlerText = 'postgres://user:hunter2@db'

const succeeded = (...ran: string[]): Expectation => ({ answer: '200 processed', ran, isDone: true })

/** Every mode; the first ones accept most. */
export const handlerModes: readonly HandlerMode[] = [
  {
    register: (receiver, ran) => receiver.onAny((event, context) => ran('any', event, context)),
    expect: ({ isInvalid }) => (isInvalid ? undefined : succeeded('any')),
  },
  {
    register(receiver, ran) {
      for (const type of [...types, ...laterTypes]) {
        receiver.on(type, async (event, context) => {
          await Promise.resolve()
          ran(type, event, context)
        })
      }
      receiver.onUnknown((event, context) => ran('unknown', event, context))
    },
    expect({ type, isInvalid }) {
      if (isInvalid) return undefined
      return succeeded(catalog.has(type) ? type : 'unknown')
    },
  },
  {
    register(receiver, ran) {
      receiver.onAny((event, context) => ran('any', event, context))
      receiver.onInvalid((event, context) => ran('invalid', event, context))
    },
    expect: ({ isInvalid }) => succeeded(isInvalid ? 'invalid' : 'any'),
  },
  {
    register(receiver, ran) {
      receiver.onAny((event, context) => ran('steady', event, context), { name: 'steady' })
      receiver.onAny((event, context) => {
        if (ran('flaky', event, context) === 1) throw new Error(handlerText)
      })
    },
    expect({ isInvalid }, nth, isRemembered) {
      if (isInvalid) return undefined
      if (nth === 1) return { answer: '500 failed', ran: ['steady', 'flaky'], isDone: false }
      return isRemembered ? succeeded('flaky') : succeeded('steady', 'flaky')
    },
  },
  {
    register: (receiver, ran) =>
      receiver.on('scan.completed', (event, context) => ran('only', event, context)),
    expect: ({ type, isInvalid }) =>
      type === 'scan.completed' && !isInvalid ? succeeded('only') : undefined,
  },
  throwing(new Error(handlerText), '500 failed', false),
  throwing(new NonRetryableError(handlerText), '200 ignored', true),
  throwing(new RetryLaterError(1500, handlerText), '503 unavailable', false),
  { register: () => undefined, expect: () => undefined },
]

function throwing(error: Error, answer: string, isDone: boolean): HandlerMode {
  return {
    register: (receiver, ran) =>
      receiver.onAny((event, context) => {
        ran('any', event, context)
        throw error
      }),
    expect: ({ isInvalid }) => (isInvalid ? undefined : { answer, ran: ['any'], isDone }),
  }
}
