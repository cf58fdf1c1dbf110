// What tests in a browser need; each has a doc comment. `expect` knows toBeSeen and others, see matchers.ts.

// Looking
export { openPage, themes } from './open-page.ts'
export type { OpenedPage, Theme, Viewing, Width } from './open-page.ts'
export { layoutShift } from './layout.ts'
export { pages } from './pages.ts'
export type { PageUnderTest } from './pages.ts'
export { settled } from './settled.ts'

// What goes wrong
export { cutApi, holdApi } from './broken-api.ts'
export { expireSession, sessionCookie } from './session.ts'
export { hostileElements, hostileTexts } from './stage/hostile.ts'

// Changing: an account of the test's own, receivers of its own
export { newAccount } from './account.ts'
export type { TestAccount } from './account.ts'
export { pool } from './pool.ts'
export { exampleOf, publish } from './stage/events.ts'
export { fillHistory } from './stage/history.ts'
export { startReceiver, startVerifyingReceiver } from './stage/receivers.ts'
export type { StageReceiver } from './stage/receivers.ts'
export { ageFailures, eventually, hurry } from './stage/time-travel.ts'
