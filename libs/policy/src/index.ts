export { createAccess, staticPolicy } from './access/access.ts'
export type {
  Access,
  AccessOptions,
  AddressedServer,
  Admission,
  PolicySource,
} from './access/access.ts'
export type { AuditArguments } from './audit/arguments.ts'
export type { Audit, AuditRecord } from './audit/audit.ts'
export { createAudit } from './audit/create-audit.ts'
export type { AuditOptions, AuditSink } from './audit/create-audit.ts'
export type { Effect, PolicyCase } from './file/policy-schema.ts'
export { createMemoryCounters } from './limits/memory-counters.ts'
export type { PolicyCounters } from './limits/policy-counters.ts'
export { explainDecision } from './rules/explain.ts'
export type { ExplainedRule, ExplainOptions, Explanation } from './rules/explain.ts'
export { findSubject } from './rules/find-subject.ts'
export type { PolicyCaller } from './rules/identity.ts'
export { parsePolicy } from './rules/policy.ts'
export type {
  Decision,
  ParsePolicyOptions,
  Policy,
  PolicyArguments,
  Visibility,
} from './rules/policy.ts'
export type { Rule, RuleLimit } from './rules/rule.ts'
export { runCases } from './rules/run-cases.ts'
export type { CaseResult } from './rules/run-cases.ts'
export type { PolicySubject } from './rules/subject.ts'
