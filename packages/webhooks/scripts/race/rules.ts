/** What signs the race's events. */
export const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'

/** Every event has them, and each has one effect. */
export const handlers: readonly string[] = ['first', 'second']

/** How often each event is delivered. */
export const deliveriesPerEvent = 3

/** The shortest that a receiver accepts, for what a crash leaves behind to be free soon. */
export const leaseMs = 1000

/** How often a handler throws, at each of the places where it may. */
export const failureRate = 0.02
