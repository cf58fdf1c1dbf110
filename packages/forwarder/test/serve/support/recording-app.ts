import { z } from 'zod'
import type { Finding } from '../../../src/engine/destination.ts'
import type { ForwarderApp } from '../../../src/forwarder-app.ts'
import {
  createRecordingDestination,
  type RecordedRemote,
  type RecordingDestination,
} from '../../../src/testing/index.ts'

/** A forwarder to a destination in memory. */
export interface RecordingApp extends ForwarderApp<
  { readonly place: string },
  { readonly token?: string },
  RecordedRemote
> {
  readonly recording: RecordingDestination
  /** What its check answers. */
  findings: readonly Finding[]
}

export function createRecordingApp(recording = createRecordingDestination()): RecordingApp {
  const app: RecordingApp = {
    name: 'recording-forwarder',
    description: 'Records what it is to tell.',
    destination: 'recording',
    targetSchema: z.strictObject({ place: z.string().describe('Where it is told.') }),
    optionsSchema: z
      .strictObject({ token: z.string().meta({ writeOnly: true }).optional() })
      .prefault({})
      .transform(({ token }) => (token === undefined ? {} : { token })),
    simple: {
      settings: {
        token: {
          env: 'RECORDING_TOKEN',
          schema: z.string().optional(),
          secret: true,
          description: 'What it is told with.',
        },
        place: { env: 'RECORDING_PLACE', schema: z.string().optional(), description: 'Where it is told.' },
      },
      toFile: ({ token, place }) =>
        token === undefined && place === undefined
          ? undefined
          : {
              recording: { ...(token !== undefined && { token }) },
              targets: { alerts: { ...(place !== undefined && { place }) } },
            },
    },
    recording,
    findings: [],
    connect: () => ({ ...recording, check: () => Promise.resolve(app.findings) }),
  }
  return app
}
