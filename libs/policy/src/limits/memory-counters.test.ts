import { createMemoryCounters } from './memory-counters.ts'
import { itIsPolicyCounters } from './policy-counters.contract.ts'

itIsPolicyCounters('memory', createMemoryCounters)
