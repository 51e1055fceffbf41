import { buildBundle } from './build-bundle.ts'

// `npm run build` of this app.
await buildBundle()
