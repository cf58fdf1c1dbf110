// Requests and events
export { signedRequest } from './signed-request.ts'
export type { SignedRequest, SignedRequestOptions } from './signed-request.ts'
export { eventFixture, unknownEventFixture } from './event-fixture.ts'
export type { EventFixture, FixtureOverrides } from './event-fixture.ts'

// Time and failure
export { fakeClock } from './fake-clock.ts'
export type { FakeClock } from './fake-clock.ts'
export { faultyStore } from './faulty-store.ts'
export type { FaultyStore, HeldOperation } from './faulty-store.ts'

// The contract of stores
export { dedupeStoreContract, runDedupeStoreContract } from './contract/dedupe-store-contract.ts'
export type { DedupeStoreResult } from './contract/dedupe-store-contract.ts'
export type { DedupeStoreCheck, DedupeStoreHarness } from './contract/dedupe-store-harness.ts'
