// What all fakes have
export type { FakeServer, RecordedRequest, Refusal, RequestHook, RequestMoment } from './http/fake-server.ts'
export type { ChancePlan, Fault, FaultMatch } from './http/fault.ts'
export type { Faults } from './http/faults.ts'

// Jira
export {
  type FakeJira,
  type FakeJiraOptions,
  type JiraMention,
  startFakeJira,
} from './jira/start-fake-jira.ts'
export type { JiraCommentView, JiraIssueView, JiraTransitionView } from './jira/view-issue.ts'
export {
  defaultLinkTypes,
  defaultPriorities,
  defaultResolutions,
  defaultUsers,
} from './jira/site-defaults.ts'
export {
  companyManagedProject,
  defaultProjects,
  jiraField,
  type ProjectOptions,
  teamManagedProject,
} from './jira/projects.ts'
export { simpleWorkflow, type WorkflowOptions } from './jira/workflows.ts'
export { documentMentions, documentText, findDocumentProblem, maxDocumentLength } from './jira/adf.ts'
export type { RevokedAs } from './jira/authenticate.ts'
export type { JiraLimits } from './jira/jira-limits.ts'
export type {
  JiraField,
  JiraFieldKind,
  JiraIssueType,
  JiraProject,
  JiraRemoteLink,
  JiraStatus,
  JiraStatusCategoryKey,
  JiraTransition,
  JiraUser,
  JiraWorkflow,
} from './jira/model.ts'

// PagerDuty
export { type Certificate, createCertificate } from './pagerduty/create-certificate.ts'
export type { AlertEvent, ChangeEvent, Severity } from './pagerduty/event-schemas.ts'
export type { DroppedEvent, EventsLimits } from './pagerduty/events-service.ts'
export type { Change, Incident, LogEntry } from './pagerduty/integration.ts'
export {
  exampleRoutingKey,
  type FakePagerDuty,
  type FakePagerDutyOptions,
  startFakePagerDuty,
} from './pagerduty/start-fake-pagerduty.ts'

// Slack
export { startFakeSlack } from './slack/start-fake-slack.ts'
export type { FakeSlack, FakeSlackChannel, FakeSlackOptions } from './slack/start-fake-slack.ts'
export { checkBlocks } from './slack/blocks/check-blocks.ts'
export { mentionsIn, type SlackMention } from './slack/mentions.ts'
export type { SlackPing, SlackSetup } from './slack/slack-state.ts'
export { slackLimits } from './slack/limits.ts'
export type { SlackRates } from './slack/limits.ts'
export type {
  SlackChannelSetup,
  SlackMessage,
  SlackMetadata,
  SlackParent,
  SlackTokenSetup,
} from './slack/workspace.ts'
