export { memoryStore } from './memory-store.ts'
export type { Eviction, MemoryStoreOptions } from './memory-store.ts'
