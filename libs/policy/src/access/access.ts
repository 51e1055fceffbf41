import { chain } from '@mcp/concurrency'
import type {
  Clock,
  MaybePromise,
  OperationDescription,
  RequestContext,
  RequestEnvelope,
  ResponseEnvelope,
} from '@mcp/protocol'
import { isRecord, systemClock } from '@mcp/protocol'

import type { Audit } from '../audit/audit.ts'
import { createAllowances } from '../limits/allowances.ts'
import { createMemoryCounters } from '../limits/memory-counters.ts'
import type { PolicyCounters } from '../limits/policy-counters.ts'
import type { PolicyCaller } from '../rules/identity.ts'
import type { Decision, Policy, PolicyArguments, Visibility } from '../rules/policy.ts'
import type { PolicySubject } from '../rules/subject.ts'
import { subjectOf, unknownSubject } from '../rules/subject.ts'
import { requestApproval } from './approval.ts'
import { deniedByPolicy } from './denial.ts'
import { filterTools } from './filter-tools.ts'
import { listsOperations, nestedPayloads } from './nested-requests.ts'
import { createRequestAudit } from './request-audit.ts'

/** A policy that may be replaced while it is used. */
export interface PolicySource {
  readonly current: Policy
  /** Calls a listener after each replacement, until the returned function is called. */
  subscribe(listener: () => void): () => void
}

export interface AccessOptions {
  /** The rules. Default: everything is allowed. */
  readonly policy?: PolicySource | undefined
  /** Records the requests. Default: no audit log. */
  readonly audit?: Audit | undefined
  /** Counts requests for limits and budgets. Default: in memory. */
  readonly counters?: PolicyCounters | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
  /** Receives unexpected errors. Default: errors are ignored. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** The permission to run a request, with hooks for its response. */
export interface Admission {
  /** Changes the response before the caller receives it. */
  readonly transform?: ((response: ResponseEnvelope) => ResponseEnvelope) | undefined
  /** Receives the response when the request ends, also at its deadline or when the caller aborts. */
  readonly settled?: ((response: ResponseEnvelope) => void) | undefined
}

/** The server of a request. */
export interface AddressedServer {
  readonly name: string
  /** Returns the operation that a request would run, if the server has described it. */
  operationOf(request: RequestEnvelope): OperationDescription | undefined
}

/** The option `access` of a dispatcher. */
export interface Access {
  /** @throws McpError `forbidden`, `rate-limited` or `unavailable` to refuse a request. */
  authorize(
    request: RequestEnvelope,
    context: RequestContext,
    operation: OperationDescription | undefined,
    server: AddressedServer | undefined,
  ): MaybePromise<boolean | Admission>
  /** Returns whether a caller can use an operation with some arguments. See {@link Visibility}. */
  visibility(caller: PolicyCaller, operation: OperationDescription, server: string): Visibility
  /**
   * Calls a listener when the visibility of operations may have changed, until the returned function is called.
   */
  subscribe(listener: () => void): () => void
}

/** A subject of a request with the decision about it. */
interface Decided {
  readonly subject: PolicySubject
  readonly decision: Decision
}

/**
 * Creates the access control of a dispatcher from a policy, an audit log or both.
 *
 * @example
 * const policy = staticPolicy(parsePolicy('rules: [{ who: ada, effect: allow }]'))
 * createDispatcher({ servers, access: createAccess({ policy }) })
 */
export function createAccess(options: AccessOptions): Access {
  const { policy, clock = systemClock, onError = () => {} } = options
  const { counters = createMemoryCounters(clock) } = options
  const allowances = createAllowances(counters, clock, onError)
  const auditOf = createRequestAudit(options.audit, clock)

  /** Decides about a request and about each request that it contains. */
  function decide(addressed: AddressedRequest, context: RequestContext): Decided[] {
    const decideOne = (one: AddressedRequest): Decided => ({
      subject: one.subject,
      decision: policy?.current.decide(context, one.subject, one) ?? everythingAllowed,
    })
    const nested = nestedPayloads(addressed.request)
    if (policy === undefined || nested.length === 0) return [decideOne(addressed)]
    const { request, server } = addressed
    return [addressed, ...nested.map((payload) => addressOf({ ...request, payload }, server))].map(
      decideOne,
    )
  }

  return {
    authorize(request, context, operation, server) {
      // Without a server, the request cannot run.
      if (server === undefined) return true
      const addressed = addressOf(request, server, operation)
      const decided = decide(addressed, context)
      const worst =
        decided.find(({ decision }) => decision.effect === 'deny') ??
        decided.find(({ decision }) => decision.effect === 'ask') ??
        decided[0]
      if (worst === undefined) return true
      const { subject } = addressed
      const audit = auditOf({
        request,
        context,
        server: server.name,
        subject,
        decision: worst.decision,
      })
      const counted = decided.flatMap(({ subject: one, decision: { rule } }) =>
        rule?.limit === undefined && rule?.budget === undefined
          ? []
          : [{ rule, subject: one, context }],
      )
      const transform = listsOperations(request) ? hideTools(request, context, server) : undefined

      function admit(approval?: string): MaybePromise<boolean | Admission> {
        audit?.start(approval)
        return chain(allowances.take(counted), () => {
          if (audit === undefined && counted.length === 0 && transform === undefined) return true
          return {
            transform,
            settled(response) {
              allowances.settle(counted, response)
              audit?.end(response, approval)
            },
          }
        })
      }

      function run(): MaybePromise<boolean | Admission> {
        if (worst === undefined) return true
        const { effect, rule } = worst.decision
        if (effect === 'deny') throw deniedByPolicy(worst.subject, worst.decision)
        if (effect === 'allow' || rule === undefined) return admit()
        return requestApproval(worst.subject, rule, context, request).then(admit)
      }
      return audit === undefined ? run() : audit.watch(run)
    },
    visibility: (caller, operation, server) =>
      policy?.current.visibility(caller, subjectOf(server, operation)) ?? 'allow',
    subscribe: (listener) => policy?.subscribe(listener) ?? (() => {}),
  }

  /** Returns the function that removes unusable operations from a list of tools. */
  function hideTools(
    request: RequestEnvelope,
    context: RequestContext,
    server: AddressedServer,
  ): Admission['transform'] {
    if (policy === undefined) return undefined
    const { current } = policy
    return (response) =>
      filterTools(response, (tool, operation) => {
        const { subject } = addressOf({ ...request, payload: { tool, operation } }, server)
        return current.visibility(context, subject) !== 'deny'
      })
  }
}

const everythingAllowed: Decision = { effect: 'allow', rule: undefined }

/** A request with its subject and its arguments. */
interface AddressedRequest extends PolicyArguments {
  readonly request: RequestEnvelope
  readonly server: AddressedServer
  readonly subject: PolicySubject
}

function addressOf(
  request: RequestEnvelope,
  server: AddressedServer,
  description: OperationDescription | undefined = server.operationOf(request),
): AddressedRequest {
  const { payload, type } = request
  const { operation, params } = payload
  return {
    request,
    server,
    subject:
      description === undefined
        ? unknownSubject(server.name, typeof operation === 'string' ? operation : type)
        : subjectOf(server.name, description),
    target: description === undefined ? undefined : payload[description.targetKey],
    params: isRecord(params) ? params : {},
  }
}

/** Returns a policy that never changes as a source. */
export function staticPolicy(policy: Policy): PolicySource {
  return { current: policy, subscribe: () => () => {} }
}
