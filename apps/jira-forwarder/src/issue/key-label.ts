import { createHash } from 'node:crypto'

/**
 * The label by which Jira's search finds the issues of a correlation key: `cw-` and 12 hexadecimal digits. Two keys may
 * share it; the property tells them apart.
 */
export function keyLabel(key: string): string {
  return `cw-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`
}
