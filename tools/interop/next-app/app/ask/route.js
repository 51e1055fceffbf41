import { createDispatcher, createDispatchService } from '@mcp/dispatcher'
import { toolsServer } from '@mcp/server-tools'

const service = createDispatchService(createDispatcher({ servers: [toolsServer()] }))

export const POST = (request) => service.fetch(request)
