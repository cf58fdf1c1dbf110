// For the runtimes with a command line: Node, Bun, Deno.
import { runVectors } from './run-vectors.ts'

console.log(JSON.stringify(await runVectors()))
