/**
 * What a role needs with which `SENDER_ROLES=api` works, besides `usage` on the schema and `select` on everything in it:
 * the recipe of docs/security.md.
 */
export const apiGrants: Readonly<Record<'insert' | 'update' | 'delete' | 'execute', readonly string[]>> = {
  insert: [
    'account',
    'api_key',
    'attempt',
    'audit_entry',
    'audit_head',
    'completed_delivery',
    'event',
    'event_identity',
    'idempotency_key',
    'owed_delivery',
    'owed_email',
    'recover_job',
    'session',
    'statistics_delta',
    'subscription',
    'subscription_secret',
    'subscription_transition',
  ],
  update: [
    'account',
    'api_key',
    'audit_head',
    'idempotency_key',
    'owed_delivery',
    'recover_job',
    'subscription',
    'subscription_secret',
  ],
  delete: ['idempotency_key', 'owed_delivery', 'session', 'subscription_secret'],
  execute: ['ensure_partitions', 'publish', 'publish_all'],
}
