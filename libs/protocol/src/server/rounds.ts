/**
 * Lets an operation request input from its caller without waiting. The operation ends, and the caller repeats
 * the request with its responses. The repeated request may run in another process.
 */
export interface Rounds {
  /** Responses of the caller to the requests of the previous round, by key. Empty in the first round. */
  readonly responses: Readonly<Record<string, unknown>>
  /** State that the operation set in the previous round. */
  readonly state?: string | undefined
  /** Ends the round with requests to the caller. The result of the operation is then not used. */
  require(input: RequiredInput): void
}

/** Requests to the caller of an operation, before it can continue. */
export interface RequiredInput {
  /** Requests of the Model Context Protocol, such as `elicitation/create`, by key. */
  readonly requests: Readonly<Record<string, ClientMethod>>
  /** State that the caller returns with its responses. The caller cannot read it. */
  readonly state?: string | undefined
}

/** A request to the client of a caller. */
export interface ClientMethod {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}
