import type * as z from 'zod'

import type {
  conversationChanges,
  conversationDetail,
  conversationDocument,
  conversationPage,
  conversationQuery,
  conversationSettings,
  conversationView,
  createdConversation,
  runInfo,
  startedRun,
} from './conversation-schemas.ts'
import type { discoveredProviders, modelList, providerBody } from './provider-schemas.ts'
import type { providerState, testResult } from './provider-schemas.ts'
import type { attachment, continueBody, decisionBody, runBody } from './run-schemas.ts'
import type { grantList, pendingItem } from './run-schemas.ts'
import type {
  addedServer,
  newServerBody,
  startedLogin,
  toolApprovalBody,
} from './server-schemas.ts'
import type { namedCall, savedCallBody, savedCallList } from './saved-call-schemas.ts'
import type {
  activityEntry,
  activityPage,
  sessionBody,
  sessionInfo,
  sessionList,
} from './session-schemas.ts'

export type ConversationSettings = z.input<typeof conversationSettings>
export type ConversationChanges = z.input<typeof conversationChanges>
export type ConversationQuery = Partial<z.output<typeof conversationQuery>>
export type ConversationView = z.output<typeof conversationView>
export type ConversationDetail = z.output<typeof conversationDetail>
export type ConversationPage = z.output<typeof conversationPage>
export type ConversationDocument = z.output<typeof conversationDocument>
export type CreatedConversation = z.output<typeof createdConversation>
export type RunInfo = z.output<typeof runInfo>
export type RunBody = z.input<typeof runBody>
export type ContinueBody = z.input<typeof continueBody>
export type Attachment = z.output<typeof attachment>
export type StartedRun = z.output<typeof startedRun>
export type DecisionBody = z.input<typeof decisionBody>
export type GrantList = z.output<typeof grantList>
export type PendingItem = z.output<typeof pendingItem>
export type ProviderBody = z.input<typeof providerBody>
export type ProviderState = z.output<typeof providerState>
export type ModelList = z.output<typeof modelList>
export type ModelTestResult = z.output<typeof testResult>
export type DiscoveredProviders = z.output<typeof discoveredProviders>
export type NewServer = z.input<typeof newServerBody>
export type AddedServer = z.output<typeof addedServer>
export type StartedLogin = z.output<typeof startedLogin>
export type ToolApproval = z.input<typeof toolApprovalBody>
export type SavedCall = z.output<typeof savedCallBody>
export type NamedCall = z.output<typeof namedCall>
export type SavedCallList = z.output<typeof savedCallList>
export type SessionBody = z.input<typeof sessionBody>
export type SessionInfo = z.output<typeof sessionInfo>
export type SessionList = z.output<typeof sessionList>
export type ActivityEntry = z.output<typeof activityEntry>
export type ActivityPage = z.output<typeof activityPage>
