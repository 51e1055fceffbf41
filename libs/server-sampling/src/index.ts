export type { ApprovalStore } from './approvals/approval-store.ts'
export type { PendingApproval } from './approvals/pending-approval.ts'
export type { ApprovalPolicy } from './messages/approval-policy.ts'
export type { ModelProfile, ModelProfiles } from './models/model-profile.ts'
export type {
  SamplingAnswer,
  SamplingCallOptions,
  SamplingMessage,
  SamplingProvider,
  SamplingRequest,
  SamplingStreamEvent,
  SamplingTool,
  SamplingToolCall,
  SamplingToolChoice,
  SamplingUsage,
} from './sampling-provider.ts'
export { samplingServer } from './sampling-server.ts'
export type { SamplingServerOptions } from './sampling-server.ts'
