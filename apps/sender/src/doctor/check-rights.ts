import type { Pool } from 'pg'
import type { SenderConfig } from '../config.ts'
import { apiGrants } from './api-grants.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

const RECIPE = 'docs/security.md, Database roles'

/** Looks at whether the role of DATABASE_URL may do what the roles of the sender need, and no harm beyond that. */
export async function checkRights(pool: Pool, roles: SenderConfig['roles']): Promise<Finding> {
  return roles.includes('dispatcher') ? checkOwner(pool) : checkGrants(pool)
}

// A dispatcher drops days, which only the owner of a table may.
async function checkOwner(pool: Pool): Promise<Finding> {
  const { rows } = await pool.query<{ name: string }>(`
    select relname as name from pg_class
    where relnamespace = 'webhooks'::regnamespace and relkind in ('r', 'p') and not relispartition
      and not pg_has_role(relowner, 'usage')
    order by 1`)
  if (rows.length === 0) return ok('rights', 'owns every table')
  return fail(
    'rights',
    `does not own ${rows.map((row) => row.name).join(', ')}`,
    `With dispatcher in SENDER_ROLES, DATABASE_URL has to name the role that owns the schema; see ${RECIPE}.`,
  )
}

async function checkGrants(pool: Pool): Promise<Finding> {
  const { execute, ...onTables } = apiGrants
  const needed = Object.entries(onTables).flatMap(([right, names]) => names.map((name) => ({ right, name })))
  const { rows } = await pool.query<{ right: string; names: string }>(
    `select missing.right, string_agg(name, ', ' order by name) as names from (
       select 'select' as right, relname::text as name from pg_class
       where relnamespace = 'webhooks'::regnamespace and relkind in ('r', 'p', 'v') and not relispartition
         and not has_table_privilege(oid, 'select')
       union all
       select n.right, relname from jsonb_to_recordset($1) as n ("right" text, name text)
       join pg_class on relnamespace = 'webhooks'::regnamespace and relname = n.name
       where not has_table_privilege(oid, n.right)
       union all
       select 'execute', proname from pg_proc
       where pronamespace = 'webhooks'::regnamespace and proname = any ($2) and not has_function_privilege(oid, 'execute')
     ) as missing
     group by 1 order by 1`,
    [JSON.stringify(needed), execute],
  )
  if (rows.length > 0) {
    return fail(
      'rights',
      `may not ${rows.map(({ right, names }) => `${right}: ${names}`).join('; ')}`,
      `As the owner of the schema, give the role of DATABASE_URL the grants of ${RECIPE}.`,
    )
  }
  if (!(await mayRewriteAudit(pool))) return ok('rights', 'may do what the role api needs')
  return warn(
    'rights',
    'may change and delete entries of the audit log',
    `Give a sender that only serves the API a role of its own; see ${RECIPE}.`,
  )
}

async function mayRewriteAudit(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ may: boolean }>(
    "select has_table_privilege('webhooks.audit_entry', 'update, delete, truncate') as may",
  )
  return rows[0]?.may === true
}
