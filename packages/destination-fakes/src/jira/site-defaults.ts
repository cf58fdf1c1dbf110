import type { JiraChoice, JiraLinkType, JiraUser } from './model.ts'

/** What a fresh Jira Cloud site comes with. */
export const defaultPriorities: readonly JiraChoice[] = [
  { id: '1', name: 'Highest' },
  { id: '2', name: 'High' },
  { id: '3', name: 'Medium' },
  { id: '4', name: 'Low' },
  { id: '5', name: 'Lowest' },
]

export const defaultPriorityId = '3'

/** What a fresh Jira Cloud site comes with. */
export const defaultResolutions: readonly JiraChoice[] = [
  { id: '10000', name: 'Done' },
  { id: '10001', name: "Won't Do" },
  { id: '10002', name: 'Duplicate' },
  { id: '10003', name: 'Cannot Reproduce' },
]

/** What a fresh Jira Cloud site comes with. */
export const defaultLinkTypes: readonly JiraLinkType[] = [
  { id: '10000', name: 'Blocks', inward: 'is blocked by', outward: 'blocks' },
  { id: '10001', name: 'Cloners', inward: 'is cloned by', outward: 'clones' },
  { id: '10002', name: 'Duplicate', inward: 'is duplicated by', outward: 'duplicates' },
  { id: '10003', name: 'Relates', inward: 'relates to', outward: 'relates to' },
]

/** The integration's own account, two people, one who has left and one who cannot be assigned anything. */
export const defaultUsers: readonly JiraUser[] = [
  person('557058:f0000000-0000-4000-8000-000000000001', 'ComplyWise Forwarder', 'forwarder@example.com', {
    tokens: ['fake-jira-token'],
  }),
  person('557058:f0000000-0000-4000-8000-000000000002', 'Ada Lovelace', 'ada@example.com'),
  person('557058:f0000000-0000-4000-8000-000000000003', 'Grace Hopper', 'grace@example.com'),
  person('557058:f0000000-0000-4000-8000-000000000004', 'Charles Babbage', 'charles@example.com', {
    isActive: false,
  }),
  person('557058:f0000000-0000-4000-8000-000000000005', 'Guest Auditor', 'auditor@example.com', {
    isAssignable: false,
  }),
]

function person(
  accountId: string,
  displayName: string,
  email: string,
  differences: Partial<JiraUser> = {},
): JiraUser {
  return { accountId, displayName, email, isActive: true, isAssignable: true, tokens: [], ...differences }
}
