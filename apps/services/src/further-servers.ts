/** A server besides the seven, whose app is in the folder `<name>-server`. */
export interface FurtherServer {
  readonly name: string
  /** The default port of its app. */
  readonly port: number
}

/** Servers of your own. `npx nx g server weather` adds a line here. */
export const furtherServers: readonly FurtherServer[] = []
