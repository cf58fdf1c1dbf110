// What all fakes have
export type { FakeServer, RecordedRequest, Refusal, RequestHook, RequestMoment } from './http/fake-server.ts'
export type { ChancePlan, Fault, FaultMatch } from './http/fault.ts'
export type { Faults } from './http/faults.ts'
