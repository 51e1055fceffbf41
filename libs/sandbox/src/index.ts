export { createSandbox } from './sandbox.ts'
export type { JobOptions, Sandbox, SandboxOptions } from './sandbox.ts'
