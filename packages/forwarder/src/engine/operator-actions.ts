import type { DestinationError } from './destination-error.ts'
import type { Engine } from './engine.ts'

/** What the destination refuses until somebody acts; at most one for each target and code. */
export interface OperatorActions {
  add(target: string, error: DestinationError): void
  /** The target works again. */
  clear(target: string): void
  list: Engine['operatorActions']
}

/** Kept in memory: after a restart the next refusal tells again. */
export function createOperatorActions(): OperatorActions {
  let actions: ReturnType<Engine['operatorActions']> = []
  return {
    add(target, { code, message, fix }) {
      const others = actions.filter((action) => action.target !== target || action.code !== code)
      actions = [...others, { target, code, message, ...(fix !== undefined && { fix }) }]
    },
    clear(target) {
      if (actions.length > 0) actions = actions.filter((action) => action.target !== target)
    },
    list: () => actions,
  }
}
