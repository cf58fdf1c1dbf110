// Run the suite
export { checksFor, conformanceChecks } from './conformance-checks.ts'
export { runCheck } from './run-check.ts'
export type { Verdict } from './run-check.ts'
export type { ConformanceCheck } from './conformance-check.ts'
export type { Exceptions, ParserRoute, RunningServer, Subject } from './subject.ts'
export { subjects } from './subjects/subjects.ts'

// Make a subject, on any runtime
export { controlPath, receiverFixture } from './fixture/receiver-fixture.ts'
export type { FixtureRoute, ReceiverFixture } from './fixture/receiver-fixture.ts'
export { fixtureFetch } from './fixture/fixture-fetch.ts'
export { fetchParsers } from './fixture/fetch-parsers.ts'
