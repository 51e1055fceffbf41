export { createSandbox } from './sandbox.ts'
export type { JobOptions, Sandbox } from './sandbox.ts'
export type { SandboxLimits, SandboxOptions } from './sandbox-options.ts'
