import type { JiraIssueView } from '@complywise/destination-fakes'
import { documentLines } from './document-lines.ts'
import { type Card, countWords, type Screen } from './screen.ts'

/** A project: its issues with their comments. */
export function jiraScreen(project: string, issues: readonly JiraIssueView[]): Screen {
  return {
    title: `Jira · project ${project}`,
    count: countWords(issues.length, 'issue'),
    cards: issues.map(issueCard),
  }
}

function issueCard(issue: JiraIssueView): Card {
  const { key, status, statusCategory, resolution, summary, issueType, dueDate, labels, comments } = issue
  const facts = {
    Type: issueType,
    Priority: issue.priority,
    Resolution: resolution,
    Due: dueDate,
    Labels: labels.join(' '),
  }
  return {
    tone: statusCategory === 'done' ? 'closed' : 'open',
    headline: `${key} [${status.toUpperCase()}] ${summary}`,
    details: [
      Object.entries(facts)
        .filter(([, value]) => value !== null && value !== '')
        .map(([name, value]) => `${name}: ${value}`)
        .join(' · '),
      ...documentLines(issue.fields['description']),
    ],
    entries: comments.map(({ body }) => documentLines(body)),
  }
}
