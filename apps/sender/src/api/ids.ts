import { z } from 'zod'

/** A UUID of any version, in a request or an answer. */
export const uuid = z.guid({ error: 'Expected a UUID' })

/** The path of one record. */
export const idParams = z.object({ id: uuid })
