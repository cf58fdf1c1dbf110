export { eventArbitrary, unknownEventArbitrary } from './event-arbitrary.ts'
export type { EventArbitraryOptions } from './event-arbitrary.ts'
