import { z } from 'zod'

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/

/**
 * The address of a destination's API, to which tokens are sent: https, or http on this machine alone; without user,
 * password, query and fragment, which outputs and logs would show.
 *
 * @param example one such as `https://slack.com/api/`, for the message.
 */
export function apiAddress(example: string) {
  // Not "must be": then the value would be shown, and its password.
  const message = `has to be an https:// address such as ${example}, without user, password, query and fragment`
  return z.string().refine(isApiAddress, { error: message })
}

/** Whether tokens may be sent to an address. */
function isApiAddress(value: string): boolean {
  const url = URL.parse(value)
  if (url === null) return false
  const { protocol, hostname, username, password } = url
  if (username !== '' || password !== '' || /[?#@]/.test(value)) return false
  return protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname))
}
