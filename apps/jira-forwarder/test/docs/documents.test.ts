import { codesIn, documentsSuite } from '@complywise/forwarder/suites'
import { documents } from '../../scripts/documents.ts'

const root = new URL('../../', import.meta.url)

documentsSuite({
  root,
  documents,
  codes: codesIn(root, /'(jira_[a-z_]+)'/g),
  fine: [
    'jira_account',
    'jira_assignees',
    'jira_fields',
    'jira_issue_type',
    'jira_permissions',
    'jira_project',
  ],
})
