import type { Settings } from '../config/settings.ts'
import type { Alert } from './alert.ts'

/**
 * Whether a failure at `at` reopens the alert instead of opening a new one: it was resolved within the window, and the
 * destination has something that can be reopened.
 */
export function isWithinWindow(alert: Alert, at: string, { recovery }: Settings): boolean {
  if (alert.state !== 'resolved' || alert.resolvedAt === undefined || alert.remote === undefined) return false
  return Date.parse(at) - Date.parse(alert.resolvedAt) <= recovery.reopenWindowMs
}
