// The events of agent runs. They load no zod.
export { isRunEvent } from './agent/is-run-event.ts'
export type {
  AgentEvent,
  ApprovalDecision,
  ApprovalReason,
  AttachmentSummary,
  CallSummary,
  ModelUsage,
  RunEndReason,
  RunEvent,
} from './agent/agent-event.ts'
