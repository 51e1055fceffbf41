// The events of agent runs. Only types, so that importing them loads nothing.
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
