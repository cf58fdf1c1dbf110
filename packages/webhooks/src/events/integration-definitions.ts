import type { EventDefinition } from './definition.ts'
import type { IntegrationDisconnectedData } from './integration.ts'

/** The definition of `integration.disconnected`. */
export const integrationDisconnected: EventDefinition<IntegrationDisconnectedData> = {
  title: 'Integration disconnected',
  meaning: 'an integration lost connectivity',
  description: 'The integration, why it is disconnected and what that affects.',
  fields: {
    integration_id: 'The integration that lost connectivity.',
    provider: 'The service it connects to, in lower case, such as `aws`.',
    name: 'The name that an administrator gave it.',
    reason: 'Why the connection was lost.',
    'reason.code': 'A stable identifier of the cause, such as `credentials_expired`.',
    'reason.message': 'One English sentence for people.',
    last_connected_at: 'When it last worked, ISO 8601; null when it never did.',
    affected_controls: 'The controls that are no longer monitored until it is connected again.',
    'affected_controls[].control_id': "The control's id in its framework, such as `CC6.1`.",
    'affected_controls[].framework': 'The framework that the control belongs to, such as `SOC 2`.',
  },
  example: {
    integration_id: '2d6f0a54-7b0e-4a27-8a39-4f1f1e3c5b60',
    provider: 'aws',
    name: 'AWS production',
    reason: { code: 'credentials_expired', message: 'The access key expired at 11:50 UTC.' },
    last_connected_at: '2026-03-01T11:50:00.000Z',
    affected_controls: [{ control_id: 'CC6.1', framework: 'SOC 2' }],
  },
}
