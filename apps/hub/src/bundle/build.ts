import { buildBundle } from './build-bundle.ts'

// Runs as `npm run build` of this app.
await buildBundle()
