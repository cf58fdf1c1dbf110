import type { Finding } from '@complywise/forwarder'
import type { IssueState, TransitionState } from '../client/jira-api.ts'
import { type Goal, planTransitions } from '../issue/choose-transition.ts'
import type { CheckedTarget, Checking } from './check-jira.ts'
import { ok, warning } from './finding.ts'

/**
 * Looks whether issues can be closed and reopened. Jira tells transitions only of an issue, so it looks at those that the
 * project has already.
 */
export async function checkTransitions(
  { api, signal }: Checking,
  { name, target }: CheckedTarget,
): Promise<readonly Finding[]> {
  const jql = `project = "${target.project}" ORDER BY created DESC`
  const answer = await api.search(jql, [], signal)
  const issues = answer.kind === 'done' ? answer.value : []
  const findings: Finding[] = []
  for (const goal of ['done', 'open'] as const) {
    const issue = exampleOf(issues, goal)
    if (issue === undefined) {
      findings.push(unknown(name, goal))
      continue
    }
    const transitions = await api.transitions(issue.id, signal)
    findings.push(...transitionFindings({ name, target }, goal, issue, transitions))
  }
  return findings
}

// One of the forwarder's own, if there is any: other types of issues may have another workflow.
function exampleOf(issues: readonly IssueState[], goal: Goal): IssueState | undefined {
  const fitting = issues.filter(({ category }) => (category === 'done') === (goal === 'open'))
  return fitting.find(({ mark }) => mark !== undefined) ?? fitting[0]
}

function unknown(name: string, goal: Goal): Finding {
  const [issue, verb] = goal === 'done' ? ['an open', 'closed'] : ['a closed', 'reopened']
  return warning(
    `jira_${goal}_transition_unknown`,
    `Target "${name}": the project has no issue to see whether it can be ${verb}`,
    `Check again when there is ${issue} issue.`,
  )
}

function transitionFindings(
  { name, target }: CheckedTarget,
  goal: Goal,
  issue: IssueState,
  transitions: readonly TransitionState[],
): readonly Finding[] {
  const preferred = goal === 'done' ? target.doneTransition : target.reopenTransition
  const setting = `targets.${name}.${goal === 'done' ? 'done_transition' : 'reopen_transition'}`
  const plans = planTransitions(transitions, {
    goal,
    preferred,
    resolutions: [target.resolution],
    avoided: target.acceptedResolutions,
    values: target.transitionFields,
  })
  const [plan] = plans
  if (plan === undefined) {
    return [
      warning(
        `jira_${goal}_transition_missing`,
        `Target "${name}": nothing leads ${issue.key} to a status that is ${goal === 'done' ? 'done' : 'not done'}`,
        goal === 'done'
          ? 'Add a transition to a status of the category Done; until then recovered issues get a comment only.'
          : 'Add a transition from done to an open status; until then a new issue is created and linked instead.',
      ),
    ]
  }
  const chosen = transitions.find(({ id }) => id === plan.id)
  const isFound = [chosen?.id, chosen?.name, chosen?.toName].some(
    (each) => each?.toLowerCase() === preferred?.toLowerCase(),
  )
  const wrong =
    preferred === undefined || isFound
      ? []
      : [
          warning(
            `jira_${goal}_transition_not_found`,
            `Target "${name}": there is no transition ${preferred} for ${issue.key}; ${chosen?.name} would be taken`,
            `Correct \`${setting}\`.`,
          ),
        ]
  if (plan.missing.length > 0) {
    return [
      ...wrong,
      warning(
        `jira_${goal}_transition_field`,
        `Target "${name}": the transition ${chosen?.name} requires ${plan.missing.join(', ')}`,
        `Give each a value in \`targets.${name}.transition_fields\`.`,
      ),
    ]
  }
  if (preferred === undefined && plans.length > 1 && goal === 'done') {
    return [
      ok(
        `jira_${goal}_transition`,
        `Target "${name}": of several ways to done, ${chosen?.name} is taken; \`${setting}\` chooses another`,
      ),
    ]
  }
  return [
    ...wrong,
    ok(`jira_${goal}_transition`, `Target "${name}": ${chosen?.name} leads to ${chosen?.toName}`),
  ]
}
