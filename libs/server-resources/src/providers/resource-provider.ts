import type { MaybePromise } from '@mcp/protocol'

/** A resource as a list has it: what is known without looking at it. */
export interface ResourceName {
  readonly uri: string
  readonly name: string
  readonly mimeType: string
  readonly description?: string | undefined
}

/** What is known of a resource without reading it. */
export interface ResourceInfo extends ResourceName {
  /** In bytes. */
  readonly size?: number | undefined
  /** Another for each content. */
  readonly etag?: string | undefined
  /** ISO 8601, in UTC. */
  readonly modifiedAt?: string | undefined
}

export interface ListOptions {
  /** Only URIs behind this one. Default: from the beginning. */
  readonly after?: string | undefined
  /** Only URIs that begin with this are wanted; the others may be left out. Default: all. */
  readonly prefix?: string | undefined
  readonly signal: AbortSignal
}

export interface OpenOptions {
  /** The first byte wanted. */
  readonly start: number
  /** The byte after the last one wanted. Default: the end. */
  readonly end?: number | undefined
  /** The etag the caller knows. Where it holds, the body is left out. */
  readonly ifNoneMatch?: string | undefined
  readonly signal: AbortSignal
}

/** A resource being read. */
export interface OpenedResource {
  readonly info: ResourceInfo
  /**
   * The bytes from `start` on, in pieces: each is good until the next is asked for. Whoever opened the
   * resource goes through it with `for await`, which closes it however the loop is left. Absent where the
   * caller's etag holds.
   */
  readonly body?: AsyncIterable<Uint8Array> | undefined
}

/** A family of URIs in the form of RFC 6570. */
export interface ResourceTemplate {
  readonly uriTemplate: string
  readonly name: string
  readonly description?: string | undefined
  readonly mimeType?: string | undefined
}

/** The values of a template's variables. */
export type TemplateVariables = Readonly<
  Record<string, string | readonly string[] | Readonly<Record<string, string>>>
>

export interface CompleteRequest {
  /** One of the provider's own templates. */
  readonly template: string
  readonly variable: string
  /** What the value begins with. */
  readonly value: string
  readonly context: TemplateVariables
  /** How many values are wanted at most. */
  readonly limit: number
  readonly signal: AbortSignal
}

/** A resource written whole. */
export interface WriteRequest {
  readonly bytes: Uint8Array
  readonly mimeType?: string | undefined
  /** Whether it must be new, or must be there. */
  readonly mode: 'create' | 'update'
  /** The etag it must have. Default: any. */
  readonly ifMatch?: string | undefined
  readonly signal: AbortSignal
}

export interface RemoveRequest {
  /** The etag it must have. Default: any. */
  readonly ifMatch?: string | undefined
  readonly signal: AbortSignal
}

export interface ResourceChange {
  readonly uri: string
  readonly change: 'created' | 'updated' | 'deleted'
  /** Of what is there now. */
  readonly etag?: string | undefined
}

export interface WatchOptions {
  readonly onChange: (change: ResourceChange) => void
  /** Told when watching fails for a part of the resources. */
  readonly onError: (thrown: unknown) => void
}

/**
 * Where resources come from. Six members make one; those with a question mark are for providers that can
 * do more. All are given URIs as `canonicalize` spells them.
 */
export interface ResourceProvider {
  /** For messages: what it is, such as `folder docs`. */
  readonly label: string
  /** How the URIs begin that it answers for. Of two providers, the longer beginning decides. */
  readonly prefixes: readonly string[]
  /**
   * The one spelling of a URI that begins with one of the prefixes.
   *
   * @throws McpError where no resource can be there, such as reason `path-escape`.
   */
  canonicalize(uri: string): string
  /** All that can be listed, in the order of their URIs by code unit. */
  list(options: ListOptions): AsyncIterable<ResourceName>
  /** What is there, if anything. */
  stat(
    uri: string,
    options: { readonly signal: AbortSignal },
  ): MaybePromise<ResourceInfo | undefined>
  /** Opens what is there, if anything. */
  open(uri: string, options: OpenOptions): MaybePromise<OpenedResource | undefined>
  /** Families of URIs that it answers for without listing them. */
  readonly templates?: readonly ResourceTemplate[] | undefined
  /** Values of a template's variable, in alphabetical order. */
  complete?(request: CompleteRequest): MaybePromise<readonly string[]>
  /**
   * Writes a resource whole or not at all.
   *
   * @throws McpError `conflict` or `not-found` where it is not as the request says.
   */
  write?(uri: string, request: WriteRequest): MaybePromise<ResourceInfo>
  /**
   * Removes a resource.
   *
   * @throws McpError `conflict` or `not-found` where it is not as the request says.
   */
  remove?(uri: string, request: RemoveRequest): MaybePromise<void>
  /**
   * Tells of each change from the moment it answers, until the function it gives is called. Changes by
   * `write` and `remove` may be told too: the server knows them by their etag.
   */
  watch?(options: WatchOptions): MaybePromise<() => MaybePromise<void>>
  /** Releases what it holds. */
  close?(): MaybePromise<void>
}
