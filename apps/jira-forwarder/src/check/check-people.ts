import type { Finding } from '@complywise/forwarder'
import type { CheckedTarget, Checking } from './check-jira.ts'
import { ok, warning } from './finding.ts'

/** Looks whether issues can be assigned to everybody who is named. */
export async function checkPeople(
  { api, signal }: Checking,
  { name, target }: CheckedTarget,
): Promise<readonly Finding[]> {
  const people = [
    ...(target.assignee === undefined ? [] : [{ setting: 'assignee', who: target.assignee }]),
    ...Object.entries(target.owners).map(([owner, who]) => ({ setting: `owners.${owner}`, who })),
  ]
  const findings: Finding[] = []
  for (const { setting, who } of people) {
    const account = await api.findAssignee(target.project, who, signal)
    if (account !== undefined) continue
    findings.push(
      warning(
        'jira_assignee_not_found',
        `Target "${name}": ${who} (\`${setting}\`) is nobody to whom issues of ${target.project} can be assigned`,
        `Correct \`targets.${name}.${setting}\`, or give that account the permission Assignable User. An account id always works, an e-mail address only where it is visible.`,
      ),
    )
  }
  if (findings.length > 0 || people.length === 0) return findings
  return [ok('jira_assignees', `Target "${name}": issues can be assigned to everybody who is named`)]
}
