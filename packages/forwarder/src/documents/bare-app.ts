import { z } from 'zod'
import type { ForwarderApp } from '../forwarder-app.ts'

/** An app that adds nothing, to tell what all of them have. */
export const bareApp: ForwarderApp<object, object, unknown> = {
  name: 'forwarder',
  description: 'Forwards events.',
  destination: 'destination',
  targetSchema: z.strictObject({}),
  optionsSchema: z.strictObject({}).prefault({}),
  simple: { settings: {}, toFile: () => undefined },
  connect() {
    throw new Error('There is nothing to connect to.')
  },
}
