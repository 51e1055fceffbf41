export { itIsPolicyCounters, settableClock } from './limits/policy-counters.contract.ts'
export type { CreateCounters, SettableClock } from './limits/policy-counters.contract.ts'
