import type { MaybePromise } from '@mcp/protocol'

/** A resource as listed: what is known without accessing it. */
export interface ResourceName {
  readonly uri: string
  readonly name: string
  readonly mimeType: string
  readonly description?: string | undefined
}

/** The metadata of a resource, available without reading its content. */
export interface ResourceInfo extends ResourceName {
  /** Size in bytes. */
  readonly size?: number | undefined
  /** Changes with the content. */
  readonly etag?: string | undefined
  /** ISO 8601, in UTC. */
  readonly modifiedAt?: string | undefined
}

export interface ListOptions {
  /** Only URIs after this one. Default: from the start. */
  readonly after?: string | undefined
  /** Only URIs with this prefix are needed; others may be omitted. Default: all. */
  readonly prefix?: string | undefined
  readonly signal: AbortSignal
}

export interface OpenOptions {
  /** First byte to read. */
  readonly start: number
  /** Byte after the last one to read. Default: the end of the resource. */
  readonly end?: number | undefined
  /** The caller's etag. If it still matches, the body is omitted. */
  readonly ifNoneMatch?: string | undefined
  readonly signal: AbortSignal
}

/** A resource opened for reading. */
export interface OpenedResource {
  readonly info: ResourceInfo
  /**
   * The bytes from `start` on, in chunks. A chunk is valid until the next one is requested. The opener
   * must iterate it with `for await`, which closes the resource however the loop ends. Absent if the
   * caller's etag still matches.
   */
  readonly body?: AsyncIterable<Uint8Array> | undefined
}

/** A URI template (RFC 6570). */
export interface ResourceTemplate {
  readonly uriTemplate: string
  readonly name: string
  readonly description?: string | undefined
  readonly mimeType?: string | undefined
}

/** Values of a template's variables. */
export type TemplateVariables = Readonly<
  Record<string, string | readonly string[] | Readonly<Record<string, string>>>
>

export interface CompleteRequest {
  /** One of the provider's own templates. */
  readonly template: string
  readonly variable: string
  /** Prefix of the values. */
  readonly value: string
  readonly context: TemplateVariables
  /** Maximum number of values. */
  readonly limit: number
  readonly signal: AbortSignal
}

/** A write of a whole resource. */
export interface WriteRequest {
  readonly bytes: Uint8Array
  readonly mimeType?: string | undefined
  /** `create`: the resource must not exist. `update`: it must exist. */
  readonly mode: 'create' | 'update'
  /** The etag that the resource must have. Default: any. */
  readonly ifMatch?: string | undefined
  readonly signal: AbortSignal
}

export interface RemoveRequest {
  /** The etag that the resource must have. Default: any. */
  readonly ifMatch?: string | undefined
  readonly signal: AbortSignal
}

export interface ResourceChange {
  readonly uri: string
  readonly change: 'created' | 'updated' | 'deleted'
  /** Current etag. */
  readonly etag?: string | undefined
}

export interface WatchOptions {
  readonly onChange: (change: ResourceChange) => void
  /** Called when watching fails for some of the resources. */
  readonly onError: (thrown: unknown) => void
}

/**
 * A source of resources. Six members are required; the optional ones add capabilities. Every URI that is
 * passed in has the form that `canonicalize` returns.
 */
export interface ResourceProvider {
  /** Description for messages, such as `folder docs`. */
  readonly label: string
  /** Prefixes of the URIs that the provider serves. If two providers match, the longer prefix decides. */
  readonly prefixes: readonly string[]
  /**
   * Returns the canonical form of a URI that starts with one of the prefixes.
   *
   * @throws McpError if no resource can exist there, for example with reason `path-escape`.
   */
  canonicalize(uri: string): string
  /** Lists resources, ordered by URI (by code unit). */
  list(options: ListOptions): AsyncIterable<ResourceName>
  /** Returns the metadata of a resource, or undefined if it does not exist. */
  stat(
    uri: string,
    options: { readonly signal: AbortSignal },
  ): MaybePromise<ResourceInfo | undefined>
  /** Opens a resource. Returns undefined if it does not exist. */
  open(uri: string, options: OpenOptions): MaybePromise<OpenedResource | undefined>
  /** Templates of the URIs that can be read without being listed. */
  readonly templates?: readonly ResourceTemplate[] | undefined
  /** Returns values of a template variable, in alphabetical order. */
  complete?(request: CompleteRequest): MaybePromise<readonly string[]>
  /**
   * Writes a resource atomically.
   *
   * @throws McpError `conflict` or `not-found` if `mode` or `ifMatch` does not hold.
   */
  write?(uri: string, request: WriteRequest): MaybePromise<ResourceInfo>
  /**
   * Removes a resource.
   *
   * @throws McpError `not-found`; `conflict` if `ifMatch` does not hold.
   */
  remove?(uri: string, request: RemoveRequest): MaybePromise<void>
  /**
   * Reports every change, from the moment it resolves until the returned function is called. It may also
   * report changes by `write` and `remove`: the server recognizes them by their etag.
   */
  watch?(options: WatchOptions): MaybePromise<() => MaybePromise<void>>
  /** Releases what the provider holds. */
  close?(): MaybePromise<void>
}
