import * as z from 'zod/mini'
import { instant } from '../wire/fields.ts'
import type { SchemaFields } from './schema-fields.ts'

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

/** `data` of `integration.disconnected`, in zod. */
export const integrationDisconnectedSchema = z.looseObject({
  integration_id: z.string(),
  provider: z.string(),
  name: z.string(),
  reason: z.looseObject({
    code: z.string(),
    message: z.string(),
  } satisfies SchemaFields<IntegrationDisconnectedData['reason']>),
  last_connected_at: z.nullable(instant),
  affected_controls: z.array(
    z.looseObject({
      control_id: z.string(),
      framework: z.string(),
    } satisfies SchemaFields<IntegrationDisconnectedData['affected_controls'][number]>),
  ),
} satisfies SchemaFields<IntegrationDisconnectedData>)
