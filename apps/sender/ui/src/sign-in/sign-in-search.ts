/** Where to go after signing in, and why one has to. */
export interface SignInSearch {
  readonly return?: string
  readonly reason?: 'ended'
}

/** Reads them from the URL, which may come from anywhere: only paths of this page are gone to. */
export function readSignInSearch({ return: path, reason }: Readonly<Record<string, unknown>>): SignInSearch {
  return {
    ...(typeof path === 'string' && path.startsWith('/settings/') && { return: path }),
    ...(reason === 'ended' && { reason }),
  }
}
