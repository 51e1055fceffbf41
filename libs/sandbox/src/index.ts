export { createSandbox } from './sandbox.ts'
export type { Sandbox } from './sandbox.ts'
export type { JobOptions, SandboxLimits, SandboxOptions } from './sandbox-options.ts'
