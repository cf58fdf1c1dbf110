import { z } from 'zod'

/** What a receiver is started with. */
export const receiverOrders = z.object({
  /** The file that every request is appended to. */
  ledgerPath: z.string(),
  /** The secret of each path. */
  secrets: z.record(z.string(), z.string()),
  /** A request is handled for a random time up to this. */
  maxHandlingMs: z.number(),
})

/** Asks the receiver to say `reached` once that many more requests have come. */
export const receiverQuestion = z.object({ after: z.int() })

/** What a receiver says to the process that started it. */
export const receiverWord = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('listening'), port: z.int() }),
  z.object({ kind: z.literal('reached') }),
])

/** One of {@link receiverWord}. */
export type ReceiverWord = z.output<typeof receiverWord>
