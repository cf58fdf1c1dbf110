import type { Finding } from '@complywise/forwarder'
import type { CreateField } from '../client/check-api.ts'
import type { JiraTarget } from '../target.ts'
import type { CheckedTarget, Checking } from './check-jira.ts'
import { failed, ok, warning } from './finding.ts'

/** Looks at the form in which issues are created: what it requires, what it does not have, what it does not let choose. */
export async function checkFields(
  { checkApi, signal }: Checking,
  { name, target }: CheckedTarget,
  issueTypeId: string,
): Promise<readonly Finding[]> {
  const fields = await checkApi.createFields(target.project, issueTypeId, signal)
  const byId = new Map(fields.map((field) => [field.id, field]))
  const findings = [
    ...requiredFields(fields, name, target),
    ...absentFields(byId, name, target),
    ...wrongChoices(byId, name, target),
  ]
  return findings.length > 0 ? findings : [ok('jira_fields', `Target "${name}": every field can be set`)]
}

// What every issue of the forwarder has, and what Jira fills in by itself.
const given: ReadonlySet<string> = new Set([
  'project',
  'issuetype',
  'summary',
  'description',
  'labels',
  'reporter',
])

function requiredFields(
  fields: readonly CreateField[],
  name: string,
  target: JiraTarget,
): readonly Finding[] {
  const sent = new Set([...given, ...configuredFields(target)])
  return fields
    .filter(({ id, isRequired, hasDefault }) => isRequired && !hasDefault && !sent.has(id))
    .map((field) =>
      failed(
        'jira_field_required',
        `Target "${name}": the field ${field.name} (${field.id}) is required and has no value`,
        `Give it one in \`targets.${name}.fields.${field.id}\`, or make it optional.`,
      ),
    )
}

function absentFields(
  byId: ReadonlyMap<string, CreateField>,
  name: string,
  target: JiraTarget,
): readonly Finding[] {
  const labels = byId.has('labels')
    ? []
    : [
        failed(
          'jira_labels_not_on_screen',
          `Target "${name}": issues have no labels when they are created, and are not found again without`,
          'Put the field Labels on the screen (or into the issue type) with which issues are created.',
        ),
      ]
  const absent = configuredFields(target)
    .filter((id) => !byId.has(id))
    .map((id) =>
      warning(
        'jira_field_not_on_screen',
        `Target "${name}": the field ${id} cannot be set when an issue is created, and would be left out`,
        `Put it on the create screen, or remove it from \`targets.${name}\`.`,
      ),
    )
  return [...labels, ...absent]
}

function configuredFields(target: JiraTarget): readonly string[] {
  const optional = {
    priority: Object.keys(target.priority).length > 0,
    components: target.components.length > 0,
    parent: target.parent !== undefined,
    assignee: target.assignee !== undefined || Object.keys(target.owners).length > 0,
    duedate: Object.keys(target.dueMs).some((of) => of !== 'integration'),
  }
  const set = Object.entries(optional).filter(([, isSet]) => isSet)
  return [...Object.keys(target.fields), ...set.map(([id]) => id)]
}

function wrongChoices(
  byId: ReadonlyMap<string, CreateField>,
  name: string,
  target: JiraTarget,
): readonly Finding[] {
  return [
    { id: 'priority', setting: 'priority', values: [...new Set(Object.values(target.priority))] },
    { id: 'components', setting: 'components', values: target.components },
  ].flatMap(({ id, setting, values }) => {
    const allowed = byId.get(id)?.allowed ?? []
    const isListed = allowed.length > 0
    return values
      .filter((value) => isListed && !allowed.includes(value))
      .map((value) =>
        warning(
          'jira_value_not_found',
          `Target "${name}": ${id} has no ${value}; it has ${allowed.filter((each) => !/^\d+$/.test(each)).join(', ')}`,
          `Correct \`targets.${name}.${setting}\`; until then issues are created without it.`,
        ),
      )
  })
}
