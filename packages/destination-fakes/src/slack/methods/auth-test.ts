import type { Method } from './method.ts'

/** `auth.test`; the scopes stand in the `x-oauth-scopes` header, as in every answer. */
export const authTest: Method = ({ token }) => ({
  url: workspaceUrl(token.teamId),
  team: `Team ${token.teamId}`,
  user: 'complywise',
  team_id: token.teamId,
  user_id: token.userId,
  bot_id: token.botId,
  is_enterprise_install: false,
})

/** The address of a workspace. */
export function workspaceUrl(teamId: string): string {
  return `https://${teamId.toLowerCase()}.slack.com/`
}
