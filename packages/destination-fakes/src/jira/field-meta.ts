import type { JiraField, JiraProject } from './model.ts'
import { representChoice, representUser } from './represent.ts'
import type { JiraSite } from './site.ts'

/** A field as create, edit and transition metadata describe it. */
export function representFieldMeta(
  site: JiraSite,
  project: JiraProject,
  field: JiraField,
  isRequired = field.isRequired,
): object {
  const allowedValues = allowedValuesOf(site, project, field)
  return {
    required: isRequired,
    schema: schemaOf(field),
    name: field.name,
    key: field.id,
    fieldId: field.id,
    hasDefaultValue: field.kind === 'priority',
    operations: operationsOf(field),
    ...(allowedValues === undefined ? {} : { allowedValues }),
  }
}

const customTypes: Readonly<Record<string, string>> = {
  text: 'textfield',
  document: 'textarea',
  number: 'float',
  option: 'select',
  options: 'multiselect',
  date: 'datepicker',
  datetime: 'datetime',
  user: 'userpicker',
  labels: 'labels',
}

const types: Readonly<Record<string, { readonly type: string; readonly items?: string }>> = {
  summary: { type: 'string' },
  text: { type: 'string' },
  document: { type: 'string' },
  labels: { type: 'array', items: 'string' },
  options: { type: 'array', items: 'option' },
  components: { type: 'array', items: 'component' },
  parent: { type: 'issuelink' },
}

/** The type of a field as Jira describes it. */
export function schemaOf(field: JiraField): object {
  const type = types[field.kind] ?? { type: field.kind }
  const customId = /^customfield_(\d+)$/.exec(field.id)?.[1]
  if (customId === undefined) return { ...type, system: field.id }
  const custom = `com.atlassian.jira.plugin.system.customfieldtypes:${customTypes[field.kind] ?? 'textfield'}`
  return { ...type, custom, customId: Number(customId) }
}

function operationsOf(field: JiraField): readonly string[] {
  const isList = field.kind === 'labels' || field.kind === 'components' || field.kind === 'options'
  return isList ? ['add', 'set', 'remove'] : ['set']
}

function allowedValuesOf(
  site: JiraSite,
  project: JiraProject,
  field: JiraField,
): readonly unknown[] | undefined {
  switch (field.kind) {
    case 'priority':
      return site.priorities.map((priority) => representChoice(site, 'priority', priority))
    case 'resolution':
      return site.resolutions.map((resolution) => representChoice(site, 'resolution', resolution))
    case 'components':
      return project.components.map((component) => representChoice(site, 'component', component))
    case 'option':
    case 'options':
      return field.options
    case 'user':
      return field.id === 'assignee' ? undefined : site.users.map((user) => representUser(site, user))
    default:
      return undefined
  }
}
