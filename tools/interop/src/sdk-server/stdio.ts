import { randomBytes } from 'node:crypto'

import type { McpServer } from '@modelcontextprotocol/server'
import { createRequestStateCodec } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'

import { createSdkServer } from './create-server.ts'

/** Serves the fixture with the SDK alone over stdio, in both eras. */
const state = createRequestStateCodec<{ step: number }>({ key: randomBytes(32) })

serveStdio(() => {
  const server: McpServer = createSdkServer({
    state,
    change(list) {
      if (list === 'tools') server.sendToolListChanged()
      else server.sendPromptListChanged()
    },
  })
  return server
})
