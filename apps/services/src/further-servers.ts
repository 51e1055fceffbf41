/** A server in addition to the seven built-in servers. Its app is in the folder `apps/<name>-server`. */
export interface FurtherServer {
  readonly name: string
  /** The default port of its app. */
  readonly port: number
}

/** Your own servers. `npx nx g server weather` adds a line here. */
export const furtherServers: readonly FurtherServer[] = []
