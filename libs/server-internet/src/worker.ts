import { serveJobs } from '@mcp/sandbox/worker'

import { readContent } from './extraction/read-content.ts'
import { evaluateRobots } from './robots/evaluate-robots.ts'
import { encodeSitemap } from './sitemap/encode-sitemap.ts'

serveJobs({ extract: readContent, evaluateRobots, encodeSitemap })
