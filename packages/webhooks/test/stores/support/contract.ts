import {
  dedupeStoreContract,
  type DedupeStoreCheck,
  type DedupeStoreHarness,
} from '../../../src/testing/index.ts'

/** Measures leases itself, against the one clock that it knows. */
const measuring = 'whatever several clients do at the same time, their answers fit together'

/**
 * Runs a check on a store whose records can be aged, but whose server's clock runs on: time that is aged comes on top of
 * time that passes. Only a check that measures has to wait.
 */
export async function runCheck(
  check: DedupeStoreCheck,
  harness: Omit<DedupeStoreHarness, 'advance'>,
  age: (ms: number) => Promise<void>,
): Promise<void> {
  await check.run(check.name === measuring ? harness : { ...harness, advance: age })
}

if (dedupeStoreContract.every(({ name }) => name !== measuring)) {
  throw new Error(`The contract no longer has the check "${measuring}"`)
}
