// Prints which checks of the stores' contract fail for which flawed store: each has to fail its own, and no other.
import { flawMatrix } from '../test/contract/flaw-matrix.ts'

console.log(await flawMatrix())
