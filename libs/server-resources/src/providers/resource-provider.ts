import type { MaybePromise } from '@mcp/protocol'

/** Description of a resource in lists, available without accessing the resource. */
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
  /** Text that changes whenever the content changes. */
  readonly etag?: string | undefined
  /** ISO 8601, in UTC. */
  readonly modifiedAt?: string | undefined
}

export interface ListOptions {
  /** URI after which the list starts. Default: it starts with the first URI. */
  readonly after?: string | undefined
  /**
   * Prefix of the URIs that the caller needs; other URIs may be omitted. Default: all URIs are
   * needed.
   */
  readonly prefix?: string | undefined
  readonly signal: AbortSignal
}

export interface OpenOptions {
  /** First byte to read. */
  readonly start: number
  /** Byte after the last one to read. Default: the end of the resource. */
  readonly end?: number | undefined
  /** An etag known to the caller. If the resource still has it, the body is omitted. */
  readonly ifNoneMatch?: string | undefined
  readonly signal: AbortSignal
}

/** A resource opened for reading. */
export interface OpenedResource {
  readonly info: ResourceInfo
  /**
   * The bytes from `start` on, in chunks. A chunk is valid until the next one is requested. The
   * caller of `open` must iterate the body with `for await`, which closes the resource however the
   * loop ends. Absent if the resource still has the etag `ifNoneMatch`.
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
  /** Prefix that the values must have. */
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
  /** Etag that the resource must have. Default: no check. */
  readonly ifMatch?: string | undefined
  readonly signal: AbortSignal
}

export interface RemoveRequest {
  /** Etag that the resource must have. Default: no check. */
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
  /** Called if watching fails for some of the resources. Watching continues for the others. */
  readonly onError: (thrown: unknown) => void
}

/**
 * A source of resources. The optional members add capabilities. All URIs passed to the other
 * functions were returned by `canonicalize`.
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
   * Watches the resources. Reports every change from when the promise resolves until the returned
   * function is called. It may also report changes by `write` and `remove`, which the server
   * recognizes by their etag.
   */
  watch?(options: WatchOptions): MaybePromise<() => MaybePromise<void>>
  /** Releases the resources of the provider, such as connections. */
  close?(): MaybePromise<void>
}
