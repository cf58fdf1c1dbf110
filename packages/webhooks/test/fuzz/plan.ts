import * as fc from 'fast-check'

/** One change: which, and two numbers for it to use as it likes. */
export type Op = readonly [kind: number, a: number, b: number]

/** How one request is made. Numbers choose from the lists of `world.ts`, as many times around as they are large. */
export interface RequestPlan {
  /** The type of the event. */
  readonly type: number
  /** How the envelope is written. */
  readonly style: number
  /** Which secrets make which signatures. */
  readonly signing: number
  readonly url: number
  /** The receiver's clock. */
  readonly clock: number
  /** In what form headers and body are handed over. */
  readonly form: number
  /** Changes of the envelope, and of its bytes, that the sender signs. */
  readonly envelope: readonly Op[]
  readonly signed: readonly Op[]
  /** Changes on the way. */
  readonly headers: readonly Op[]
  readonly body: readonly Op[]
}

/** A receiver and the requests that it gets, one after the other or all at once. */
export interface CasePlan {
  readonly secrets: number
  readonly handlers: number
  readonly options: number
  readonly isConcurrent: boolean
  readonly requests: readonly RequestPlan[]
}

const number = fc.nat(0xffff)
const op: fc.Arbitrary<Op> = fc.tuple(fc.nat(0xff), number, number)
const some = fc.array(op, { maxLength: 3 })
/** Mostly none, so that many a request is valid in all but one respect. */
const ops = fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: some })

const request: fc.Arbitrary<RequestPlan> = fc.record(
  {
    type: number,
    style: number,
    signing: number,
    url: number,
    clock: number,
    form: number,
    envelope: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: some }),
    signed: ops,
    headers: ops,
    body: ops,
  },
  { noNullPrototype: true },
)

/** Any number of requests to one receiver. */
export const casePlan: fc.Arbitrary<CasePlan> = fc.record(
  {
    secrets: number,
    handlers: number,
    options: number,
    isConcurrent: fc.boolean(),
    requests: fc.array(request, { minLength: 1, maxLength: 64, size: 'max' }),
  },
  { noNullPrototype: true },
)

/** Chooses from a list. */
export function pick<Value>(values: readonly Value[], choice: number): Value {
  return values[choice % values.length]!
}
