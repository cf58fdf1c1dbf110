/**
 * The address of a message, which anybody in the workspace can open; without the workspace's address, the name of the
 * message alone.
 *
 * @param workspaceUrl as `auth.test` says: `https://acme.slack.com/`.
 */
export function permalink(
  workspaceUrl: string | undefined,
  {
    channel,
    ts,
    threadTs,
  }: { readonly channel: string; readonly ts: string; readonly threadTs?: string | undefined },
): string {
  if (workspaceUrl === undefined) return `${channel}/${ts}`
  const url = new URL(`archives/${channel}/p${ts.replace('.', '')}`, workspaceUrl)
  if (threadTs !== undefined)
    url.search = new URLSearchParams({ thread_ts: threadTs, cid: channel }).toString()
  return url.href
}
