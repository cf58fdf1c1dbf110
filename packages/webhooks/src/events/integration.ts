import type { EventDefinition } from './definition.ts'
import { instant, list, nullable, object, text } from './schema.ts'

/** `data` of `integration.disconnected`. */
export interface IntegrationDisconnectedData {
  /** The integration that lost connectivity. */
  readonly integration_id: string
  /** The service it connects to, in lower case, such as `aws`. */
  readonly provider: string
  /** The name that an administrator gave it. */
  readonly name: string
  /** Why the connection was lost. */
  readonly reason: {
    /** A stable identifier of the cause, such as `credentials_expired`. */
    readonly code: string
    /** One English sentence for people. */
    readonly message: string
  }
  /** When it last worked, ISO 8601; null when it never did. */
  readonly last_connected_at: string | null
  /** The controls that are no longer monitored until it is connected again. */
  readonly affected_controls: readonly {
    /** The control's id in its framework, such as `CC6.1`. */
    readonly control_id: string
    /** The framework that the control belongs to, such as `SOC 2`. */
    readonly framework: string
  }[]
}

/** The definition of `integration.disconnected`. */
export const integrationDisconnected: EventDefinition<IntegrationDisconnectedData> = {
  title: 'Integration disconnected',
  meaning: 'an integration lost connectivity',
  isDocumented: false,
  data: object('The integration, why it is disconnected and what that affects.', {
    integration_id: text('The integration that lost connectivity.'),
    provider: text('The service it connects to, in lower case, such as `aws`.'),
    name: text('The name that an administrator gave it.'),
    reason: object('Why the connection was lost.', {
      code: text('A stable identifier of the cause, such as `credentials_expired`.'),
      message: text('One English sentence for people.'),
    }),
    last_connected_at: nullable(instant('When it last worked, ISO 8601; null when it never did.')),
    affected_controls: list(
      'The controls that are no longer monitored until it is connected again.',
      object('One of these controls.', {
        control_id: text("The control's id in its framework, such as `CC6.1`."),
        framework: text('The framework that the control belongs to, such as `SOC 2`.'),
      }),
    ),
  }),
  example: {
    integration_id: '2d6f0a54-7b0e-4a27-8a39-4f1f1e3c5b60',
    provider: 'aws',
    name: 'AWS production',
    reason: { code: 'credentials_expired', message: 'The access key expired at 11:50 UTC.' },
    last_connected_at: '2026-03-01T11:50:00.000Z',
    affected_controls: [{ control_id: 'CC6.1', framework: 'SOC 2' }],
  },
}
