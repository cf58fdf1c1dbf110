export { followQuickstart, type Quickstart } from './follow-quickstart.ts'
export {
  createRecordingDestination,
  type Fault,
  type FaultPoint,
  type RecordedCall,
  type RecordedRemote,
  type RecordingDestination,
  type RemoteObject,
} from './recording-destination.ts'
export { testSettings } from './test-settings.ts'
export { clockAt, controlEvent, scanCompleted, testEvent } from './test-events.ts'
export { createEngine } from '../engine/create-engine.ts'
export { openLedger } from '../ledger/open-ledger.ts'
