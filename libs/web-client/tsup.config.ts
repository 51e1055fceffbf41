import { library } from '../../tsup.preset.ts'

// The page in `dist/web` has a build of its own, and a client that runs serves it.
export default library(['src/index.ts'], { clean: ['!web/**'] })
