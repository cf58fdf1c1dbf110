import type { FakeReply } from '../../http/fake-service.ts'
import { issueFor, issueOf, ok, param, updateIssue, type JiraCall, type JiraRoute } from '../call.ts'
import { checkProperty } from '../entity-properties.ts'
import { JiraRefusal } from '../refusal.ts'

const one = '/rest/api/3/issue/{issue}/properties/{property}'

/** The entity properties of an issue; they are read as they were written, without the delay of the index. */
export const propertyRoutes: readonly JiraRoute[] = [
  {
    operation: 'getIssuePropertyKeys',
    method: 'GET',
    path: '/rest/api/3/issue/{issue}/properties',
    isPublic: true,
    handle(call) {
      const issue = issueOf(call)
      const self = `${call.site.url}/rest/api/3/issue/${issue.id}/properties`
      const keys = Object.keys(issue.properties)
      return ok({ keys: keys.map((key) => ({ self: `${self}/${encodeURIComponent(key)}`, key })) })
    },
  },
  {
    operation: 'getIssueProperty',
    method: 'GET',
    path: one,
    isPublic: true,
    handle(call) {
      const { properties } = issueOf(call)
      const key = param(call, 'property')
      if (!Object.hasOwn(properties, key)) throw noProperty(key)
      return ok({ key, value: properties[key] })
    },
  },
  { operation: 'setIssueProperty', method: 'PUT', path: one, writesIssue: true, handle: setProperty },
  {
    operation: 'deleteIssueProperty',
    method: 'DELETE',
    path: one,
    writesIssue: true,
    handle(call) {
      const issue = issueFor(call, 'EDIT_ISSUES', 'edit issues')
      const { [param(call, 'property')]: gone, ...properties } = issue.properties
      if (gone === undefined) throw noProperty(param(call, 'property'))
      updateIssue(call, issue, { properties })
      return { status: 204 }
    },
  },
]

function setProperty(call: JiraCall): FakeReply {
  const issue = issueFor(call, 'EDIT_ISSUES', 'edit issues')
  const key = param(call, 'property')
  checkProperty(key, call.body)
  const isNew = !Object.hasOwn(issue.properties, key)
  updateIssue(call, issue, { properties: { ...issue.properties, [key]: call.body } })
  return { status: isNew ? 201 : 200 }
}

function noProperty(key: string): JiraRefusal {
  return new JiraRefusal(404, `The property with key '${key}' does not exist.`)
}
