import { deriveAuditKey } from '../store/audit-chain.ts'
import type { Store } from '../store/open-store.ts'
import { reencrypt as run, type Reencrypted } from '../store/reencrypt.ts'
import { type CommandResult, runCommand } from './run-command.ts'

/** What `sender reencrypt` was asked for. */
export interface ReencryptOptions {
  readonly json?: boolean
}

/** `sender reencrypt`: seals with SENDER_ENCRYPTION_KEY what older keys have sealed, and checks that all of it opens. */
export function reencrypt({ json }: ReencryptOptions): Promise<never> {
  return runCommand(async (openStore) => {
    const store = await openStore()
    const result = await run(store.pool, store.encryptionKeys)
    return json === true ? toJson(result) : toText(result, isAuditKeyDerived(store))
  })
}

function toJson({ resealedCount, currentCount, others }: Reencrypted): CommandResult {
  const output = `${JSON.stringify({ resealed: resealedCount, current: currentCount, others })}\n`
  return { output, hasFailed: others.length > 0 }
}

const MAX_LISTED = 20

// Entries from before were hashed with the old encryption key, and go on to need it.
function isAuditKeyDerived({ auditKeys, encryptionKeys }: Store): boolean {
  return Buffer.compare(auditKeys.current, deriveAuditKey(encryptionKeys.current)) === 0
}

function toText(
  { resealedCount, currentCount, others }: Reencrypted,
  isAuditKeyDerived: boolean,
): CommandResult {
  const summary = `Sealed ${resealedCount} anew; ${currentCount} open with SENDER_ENCRYPTION_KEY alone.\n`
  if (others.length === 0) {
    const advice = isAuditKeyDerived
      ? 'No secret needs SENDER_PREVIOUS_ENCRYPTION_KEYS any more. The audit log needs the old keys, as SENDER_AUDIT_KEY is not set: keep them in SENDER_PREVIOUS_AUDIT_KEYS.\n'
      : 'Nothing needs SENDER_PREVIOUS_ENCRYPTION_KEYS any more.\n'
    return { output: summary + advice, hasFailed: false }
  }
  const lines = others
    .slice(0, MAX_LISTED)
    .map(({ table, owner, reason }) => `  ${table} of ${owner}: ${explanations[reason]}\n`)
  return { output: `${summary}${others.length} do not:\n${lines.join('')}`, hasFailed: true }
}

const explanations = {
  'older-key':
    'sealed with an older key meanwhile. Restart senders that do not have the new key, and run this again.',
  unreadable: 'opens with none of the keys.',
} as const
