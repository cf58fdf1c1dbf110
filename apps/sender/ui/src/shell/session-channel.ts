const NAME = 'session'

/** Tells the page's other tabs that somebody was signed in or out. */
export function announceSession(): void {
  const channel = new BroadcastChannel(NAME)
  // Only windows take a target origin: a broadcast channel never leaves its own.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  channel.postMessage('changed')
  channel.close()
}

/** Calls `onChange` whenever another tab announces a session. Returns what ends that. */
export function watchSessions(onChange: () => void): () => void {
  const channel = new BroadcastChannel(NAME)
  channel.addEventListener('message', onChange)
  return () => channel.close()
}
