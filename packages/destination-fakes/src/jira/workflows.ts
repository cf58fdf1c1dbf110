import type { JiraStatus, JiraTransition, JiraWorkflow } from './model.ts'

/** How a workflow differs from the plain one. */
export interface WorkflowOptions {
  /** Put before the ids of the statuses, so that a project has statuses of its own. */
  readonly statusIdPrefix?: string
  /** Names of the statuses and transitions, in order; default To Do, In Progress, Done. */
  readonly names?: readonly [string, string, string]
  /** Default true. Without, nothing leads to a status of the category done. */
  readonly hasDoneTransition?: boolean
  /** What differs in the transition to done from one with the resolution on its screen. */
  readonly done?: Partial<JiraTransition>
}

/**
 * To do → in progress → done. Every transition can be made from every status, the way Jira sets up new projects. On the
 * way to done the resolution may be sent; leaving done clears it.
 */
export function simpleWorkflow(options: WorkflowOptions = {}): JiraWorkflow {
  const [toDo, inProgress, done] = options.names ?? ['To Do', 'In Progress', 'Done']
  const prefix = options.statusIdPrefix ?? ''
  const statuses: readonly JiraStatus[] = [
    { id: `${prefix}10000`, name: toDo, category: 'new' },
    { id: `${prefix}3`, name: inProgress, category: 'indeterminate' },
    { id: `${prefix}10001`, name: done, category: 'done' },
  ]
  const transitions = [
    transition('11', toDo, `${prefix}10000`, { clearsResolution: true }),
    transition('21', inProgress, `${prefix}3`, { clearsResolution: true }),
    transition('31', done, `${prefix}10001`, { screen: ['resolution'], ...options.done }),
  ]
  const hasDone = options.hasDoneTransition ?? true
  return {
    initial: `${prefix}10000`,
    statuses: hasDone ? statuses : statuses.slice(0, 2),
    transitions: hasDone ? transitions : transitions.slice(0, 2),
  }
}

function transition(
  id: string,
  name: string,
  to: string,
  differences: Partial<JiraTransition>,
): JiraTransition {
  return {
    id,
    name,
    from: 'any',
    to,
    screen: [],
    required: [],
    unlisted: [],
    clearsResolution: false,
    ...differences,
  }
}
