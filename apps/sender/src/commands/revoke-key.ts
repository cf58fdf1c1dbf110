import { UsageError } from '@complywise/service'
import { type ApiKey, createApiKeyStore, KEYS_COMMAND } from '../store/api-keys.ts'
import { createAuditLog } from '../store/audit.ts'
import { requireAccount } from './account.ts'
import { runCommand } from './run-command.ts'

/** What `sender keys revoke` was asked for. */
export interface RevokeKeyOptions {
  readonly account: string
  readonly json?: boolean
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** `sender keys revoke <id>`: from then on, nobody is let in with the key. */
export function revokeKey(id: string, { account, json }: RevokeKeyOptions): Promise<never> {
  return runCommand(async (openStore) => {
    if (!UUID.test(id))
      throw new UsageError('<id>: Expected a UUID, as sender keys list shows it; not the key.')
    const { db, auditKeys } = await openStore()
    const apiKeys = createApiKeyStore(db, createAuditLog(auditKeys.current))
    const revoked = await apiKeys.revoke(await requireAccount(apiKeys, account), id, KEYS_COMMAND)
    if (revoked === undefined) throw new Error(`The account ${account} has no key with the id ${id}.`)
    return json === true ? toJson(revoked) : toText(revoked)
  })
}

function toJson({ id, role, name, revokedAt }: ApiKey): string {
  return `${JSON.stringify({ id, role, name, revoked_at: revokedAt })}\n`
}

function toText({ id, role, revokedAt }: ApiKey): string {
  return `The key ${id} with the role ${role} is revoked since ${revokedAt?.toISOString()}.\n`
}
