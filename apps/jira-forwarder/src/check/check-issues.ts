import type { Finding } from '@complywise/forwarder'
import type { CheckedTarget, Checking } from './check-jira.ts'
import { ok, warning } from './finding.ts'

/** Looks whether the issues that the configuration names are there. */
export async function checkIssues(
  { api, signal }: Checking,
  { name, target }: CheckedTarget,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const setting of ['parent', 'umbrella'] as const) {
    const key = target[setting]
    if (key === undefined) continue
    const issue = await api.readIssue(key, signal)
    findings.push(
      issue === undefined
        ? warning(
            `jira_${setting}_not_found`,
            `Target "${name}": there is no issue ${key} (\`${setting}\`), or the account may not see it`,
            `Correct \`targets.${name}.${setting}\`.`,
          )
        : ok(`jira_${setting}`, `Target "${name}": ${setting} ${issue.key}`),
    )
  }
  return findings
}
