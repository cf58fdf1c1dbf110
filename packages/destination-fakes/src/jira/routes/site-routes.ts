import type { FakeReply } from '../../http/fake-service.ts'
import { ok, userOf, type JiraCall, type JiraRoute } from '../call.ts'
import { resolutionField } from '../edit-fields.ts'
import { schemaOf } from '../field-meta.ts'
import { JiraRefusal } from '../refusal.ts'
import { jiraTime, representChoice, representUser } from '../represent.ts'

/** What belongs to the whole site: who calls, what that one may do, and the choices there are. */
export const siteRoutes: readonly JiraRoute[] = [
  {
    operation: 'getServerInfo',
    method: 'GET',
    path: '/rest/api/3/serverInfo',
    isPublic: true,
    handle: ({ site, now }) =>
      ok({
        baseUrl: site.url,
        version: '1001.0.0-SNAPSHOT',
        versionNumbers: [1001, 0, 0],
        deploymentType: 'Cloud',
        buildNumber: 100_283,
        buildDate: '2026-01-01T00:00:00.000+0000',
        serverTime: jiraTime(now),
        scmInfo: 'fake',
        serverTitle: 'Jira',
        defaultLocale: { locale: 'en_US' },
      }),
  },
  {
    operation: 'getCurrentUser',
    method: 'GET',
    path: '/rest/api/3/myself',
    handle: (call) => ok({ ...representUser(call.site, userOf(call)), locale: 'en_US' }),
  },
  {
    operation: 'getMyPermissions',
    method: 'GET',
    path: '/rest/api/3/mypermissions',
    isPublic: true,
    handle: getMyPermissions,
  },
  {
    operation: 'getFields',
    method: 'GET',
    path: '/rest/api/3/field',
    isPublic: true,
    handle({ site }) {
      const fields = [...site.projects.flatMap(({ fields }) => fields), resolutionField]
      const byId = new Map(fields.map((field) => [field.id, field]))
      return ok(
        [...byId.values()].map((field) => ({
          id: field.id,
          key: field.id,
          name: field.name,
          custom: field.id.startsWith('customfield_'),
          orderable: true,
          navigable: true,
          searchable: true,
          clauseNames: [field.id],
          schema: schemaOf(field),
        })),
      )
    },
  },
  ...(['priority', 'resolution'] as const).flatMap((kind): readonly JiraRoute[] => {
    const choices = ({ site }: JiraCall) => (kind === 'priority' ? site.priorities : site.resolutions)
    const operation = kind === 'priority' ? 'getPriorities' : 'getResolutions'
    return [
      {
        operation,
        method: 'GET',
        path: `/rest/api/3/${kind}`,
        isPublic: true,
        handle: (call) => ok(choices(call).map((choice) => representChoice(call.site, kind, choice))),
      },
      {
        operation: operation.replace('get', 'search'),
        method: 'GET',
        path: `/rest/api/3/${kind}/search`,
        isPublic: true,
        handle(call) {
          const values = choices(call).map((choice) => representChoice(call.site, kind, choice))
          return ok({ startAt: 0, maxResults: 50, total: values.length, isLast: true, values })
        },
      },
    ]
  }),
]

const permissions: ReadonlySet<string> = new Set([
  'ADD_COMMENTS',
  'ADMINISTER',
  'ADMINISTER_PROJECTS',
  'ASSIGNABLE_USER',
  'ASSIGN_ISSUES',
  'BROWSE_PROJECTS',
  'CLOSE_ISSUES',
  'CREATE_ISSUES',
  'DELETE_ISSUES',
  'EDIT_ISSUES',
  'LINK_ISSUES',
  'MODIFY_REPORTER',
  'RESOLVE_ISSUES',
  'SCHEDULE_ISSUES',
  'TRANSITION_ISSUES',
])

const notForIntegrations = new Set(['ADMINISTER', 'ADMINISTER_PROJECTS'])

function getMyPermissions(call: JiraCall): FakeReply {
  const { site, user, query } = call
  const asked = (query.get('permissions') ?? '').split(',').filter((key) => key !== '')
  if (asked.length === 0)
    throw new JiraRefusal(400, "The 'permissions' query parameter is required.", { isMalformed: true })
  const unknown = asked.find((key) => !permissions.has(key))
  if (unknown !== undefined)
    throw new JiraRefusal(400, `Unrecognized permission: ${unknown}`, { isMalformed: true })
  const named = query.get('projectKey') ?? query.get('projectId')
  const issue = query.get('issueKey') ?? query.get('issueId')
  const projectKey =
    named === null
      ? issue === null
        ? undefined
        : site.findIssue(issue)?.projectKey
      : site.findProject(named)?.key
  if (projectKey === undefined && (named ?? issue) !== null)
    throw new JiraRefusal(404, `No project could be found with key '${named ?? issue}'.`)
  const found = asked.map((key) => [
    key,
    {
      id: String([...permissions].indexOf(key)),
      key,
      name: key,
      type: key === 'ADMINISTER' ? 'GLOBAL' : 'PROJECT',
      description: '',
      havePermission: !notForIntegrations.has(key) && site.mayUse(key, user, projectKey),
    },
  ])
  return ok({ permissions: Object.fromEntries(found) })
}
