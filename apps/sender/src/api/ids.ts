import { z } from 'zod'

/** A UUID of any version, in a request or an answer, in its one spelling: what is counted by it is counted once. */
export const uuid = z.guid({ error: 'Expected a UUID' }).toLowerCase()

/** The path of one record. */
export const idParams = z.object({ id: uuid })
