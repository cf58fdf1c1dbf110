import { Client } from 'pg'

/** Whether `pg` can read a connection string. The certificate files that it names may be missing. */
export function isConnectionString(text: string): boolean {
  try {
    void new Client({ connectionString: text })
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT'
  }
}

/** Host, port and database of a connection string, for messages: never the user or the password. */
export function databaseName(connectionString: string): string {
  const { host, port, database } = new Client({ connectionString })
  return `${host}:${port}/${database}`
}
