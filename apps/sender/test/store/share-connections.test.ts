import { expect, test } from 'vitest'
import { shareConnections } from '../../src/store/share-connections.ts'

test.each([
  { total: 4, roles: ['api', 'dispatcher'], shares: { api: 1, dispatcher: 1, tasks: 1, operations: 1 } },
  { total: 20, roles: ['api', 'dispatcher'], shares: { api: 9, dispatcher: 6, tasks: 3, operations: 2 } },
  { total: 100, roles: ['api', 'dispatcher'], shares: { api: 89, dispatcher: 6, tasks: 3, operations: 2 } },
  { total: 4, roles: ['api'], shares: { api: 3, dispatcher: 0, tasks: 0, operations: 1 } },
  { total: 20, roles: ['api'], shares: { api: 18, dispatcher: 0, tasks: 0, operations: 2 } },
  { total: 4, roles: ['dispatcher'], shares: { api: 0, dispatcher: 2, tasks: 1, operations: 1 } },
  { total: 20, roles: ['dispatcher'], shares: { api: 0, dispatcher: 15, tasks: 3, operations: 2 } },
])('$total connections of $roles are shared so that every part has its own', ({ total, roles, shares }) => {
  expect(shareConnections(total, roles)).toEqual(shares)
})

test.each([['api', 'dispatcher'], ['api'], ['dispatcher']].map((roles) => ({ roles })))(
  'shares of $roles add up to all that there are',
  ({ roles }) => {
    for (let total = 4; total <= 1000; total++) {
      const shares = Object.values(shareConnections(total, roles))
      expect(shares.reduce((sum, share) => sum + share)).toBe(total)
    }
  },
)
