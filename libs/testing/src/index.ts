export type { RespondToInteraction } from './respond-to-interactions.ts'
export { itRunsItsExamples } from './examples.contract.ts'
export type {
  ExampleCall,
  ExampleSession,
  ExamplesOptions,
  ServerUnderTest,
} from './examples.contract.ts'
export { loadedModules } from './loaded-modules.ts'
export { expectSteadyLoop, maxBlockMs } from './steady-loop.ts'
export type { SteadyLoopOptions } from './steady-loop.ts'
