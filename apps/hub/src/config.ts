export { hubConfig as config } from '@mcp/hub/settings'
