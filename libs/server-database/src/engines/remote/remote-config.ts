import * as z from 'zod'

import type { CommonConfig } from '../engine-definition.ts'
import { commonConfig } from '../engine-definition.ts'

/** The configuration of a database on a server. */
export interface RemoteConfig extends CommonConfig {
  /** URL with user and password. */
  readonly url: string
  /** Maximum number of connections, each with one transaction. Default: 10. */
  readonly maxConnections?: number | undefined
  /** Whether the user may have administrative privileges in mode `read-only`. Default: false. */
  readonly allowSuperuser?: boolean | undefined
}

/** Returns the schemas of the keys of {@link RemoteConfig}, except `engine`. */
export const remoteConfig = () => ({
  ...commonConfig(),
  url: z.string(),
  maxConnections: z.int().min(1).max(1000).optional(),
  allowSuperuser: z.boolean().optional(),
})
